// Uploads a video, shows its progress, then the annotated video beside its chart. Earlier recordings can be shown again.
import { ask, byId, dropZone, element, fillSelect, info, megabytes, percent, pretty, say, some } from "./common.js";

let current = null, series = null, request = null, plots = [];
const NAMES = { video: "Video", reps: "Reps (CSV)", frames: "Frames (CSV)", summary: "Summary (JSON)", landmarks: "Landmarks (NPZ)" };
const COLOURS = ["c0", "c1", "c2", "c3", "c4", "c5"]; // of theme.css

export function startRecording() {
  fillSelect(byId("video-exercise"), info.exercises, undefined, pretty);
  fillSelect(byId("video-model"), info.models);
  const { video_bytes, video_s } = info.limits;
  byId("video-limits").textContent = `Up to ${megabytes(video_bytes)} and ${Math.round(video_s / 60)} minutes. It stays on this machine.`;
  dropZone(byId("video-drop"), byId("video-file"), ([file]) => file && upload(file));
  byId("video-stop").addEventListener("click", stop);
  byId("player").addEventListener("timeupdate", follows);
  for (const id of ["chart", "scores"]) byId(id).addEventListener("click", clicked);
}

export async function showRecording() {
  const earlier = (await ask("/recordings")).reverse();
  byId("video-earlier").hidden = !earlier.length;
  byId("video-list").replaceChildren(...earlier.map((one) => {
    const said = one.state === "done" ? totals(one) : one.error ?? one.state;
    const show = element("button", { className: "plain-button", textContent: "Show", disabled: one.state === "failed" });
    show.setAttribute("aria-label", `Show ${one.title}`);
    show.addEventListener("click", () => follow(one.id));
    const drop = element("button", { className: "plain-button", textContent: "Delete" });
    drop.setAttribute("aria-label", `Delete ${one.title}`);
    drop.addEventListener("click", () => remove(one.id).catch((error) => say(error.message, true)));
    return element("li", {}, element("span", { textContent: `${one.title}: ${said}` }), show, drop);
  }));
}

async function remove(id) {
  await ask("/recordings/" + id, { method: "DELETE" });
  if (current === id) {
    current = series = null;
    byId("video-result").hidden = true;
  }
  await showRecording();
}

function upload(file) {
  if (file.size > info.limits.video_bytes) {
    say(`the video is larger than ${megabytes(info.limits.video_bytes)}`, true);
    return;
  }
  byId("video-result").hidden = true;
  byId("video-progress").hidden = false;
  progress(0, "uploading");
  const query = new URLSearchParams({ name: file.name, exercise: byId("video-exercise").value, model: byId("video-model").value });
  request = new XMLHttpRequest(); // fetch reports no progress of uploads
  request.open("POST", "/api/recordings?" + query);
  request.upload.onprogress = (event) => progress(event.loaded / event.total, "uploading");
  request.onerror = () => failed("the upload failed; check that the server is running");
  request.onload = () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* not from this program */ }
    if (request.status !== 201) return failed(answer.detail ?? "the upload was refused");
    follow(answer.id);
  };
  request.send(file);
}

function progress(share, text) {
  byId("video-bar").value = share;
  byId("video-state").textContent = `${text} ${percent(share)}`;
}

function failed(text) {
  byId("video-progress").hidden = true;
  say(text, true);
  showRecording().catch(() => {});
}

async function stop() {
  request?.abort();
  byId("video-progress").hidden = true;
  if (current) await ask("/recordings/" + current, { method: "DELETE" }).catch(() => {});
  current = null;
  say("Stopped.");
  await showRecording();
}

async function follow(id) {
  current = id;
  byId("video-result").hidden = true;
  byId("video-progress").hidden = false;
  while (current === id) {
    let one;
    try { one = await ask("/recordings/" + id); } catch (error) { return failed(error.message); }
    if (one.state === "failed") return failed(one.error);
    if (one.state === "done") return show(one).catch((error) => failed(error.message));
    progress(one.total ? Math.min(1, one.done / one.total) : 0, one.state === "waiting" ? "waiting" : "counting");
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

const totals = (one) => Object.entries(one.summary?.totals ?? {}).map(([name, count]) => some(count, name)).join(", ") || "no reps";

async function show(one) {
  series = await ask(`/recordings/${one.id}/series`);
  byId("video-progress").hidden = true;
  byId("video-result").hidden = false;
  byId("video-title").textContent = `${one.title}: ${totals(one)}`;
  byId("player").src = `/api/recordings/${one.id}/files/video`;
  byId("video-reps").replaceChildren(...series.reps.map(row));
  byId("video-reps-box").hidden = !series.reps.length;
  byId("downloads").replaceChildren(...one.files.map((kind) =>
    element("a", { className: "button", href: `/api/recordings/${one.id}/files/${kind}`, download: "", textContent: NAMES[kind] })));
  byId("video-notes").replaceChildren(...[...one.notes, ...(one.error ? [one.error] : [])].map((text) => element("li", { textContent: text })));
  byId("chart").setAttribute("aria-label", ["Phase over time", ...series.reps.map((rep, i) =>
    `rep ${i + 1} from ${rep.t_start.toFixed(1)} s to ${rep.t_end.toFixed(1)} s`)].join(", ") + ".");
  say(`Counted: ${totals(one)}.`);
  draw();
  await showRecording();
}

function row(rep, i) {
  const button = element("button", { className: "plain-button", textContent: i + 1 });
  button.setAttribute("aria-label", `${i + 1}: jump to rep ${i + 1}, ${pretty(rep.exercise)}, at ${rep.t_start.toFixed(1)} seconds`);
  button.addEventListener("click", () => jump(rep.t_start));
  const cells = [pretty(rep.exercise), rep.set, `${rep.t_start.toFixed(1)} s`, `${rep.t_end.toFixed(1)} s`,
    `${rep.duration_s.toFixed(1)} s`, percent(rep.confidence)];
  return element("tr", {}, element("td", {}, button), ...cells.map((text) => element("td", { textContent: text })));
}

const length = () => Math.max(series.t.at(-1) ?? 0, 0.1);

function jump(t) {
  byId("player").currentTime = Math.max(0, Math.min(t, length()));
  follows();
}

function clicked(event) {
  const plot = plots.find((one) => event.currentTarget.contains(one.root));
  if (!plot || event.target.closest(".u-legend")) return;
  jump(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x"));
}

// Two charts: the phase with every rep shaded and numbered, and below it the class scores, if there are any.
function draw() {
  if (!series || byId("video-result").hidden) return;
  const names = Object.keys(series.scores), common = { kind: "lines", axis: "clock", x: series.t, x_label: "Time" };
  const bands = series.reps.map((rep, i) => [rep.t_start, rep.t_end, String(i + 1)]);
  const percents = (values) => values.map((v) => (v === null ? null : Math.round(100 * v)));
  plots = [charts.draw(byId("chart"), { ...common, bands, low: 0, high: 100, unit: " %",
    series: [{ label: "Phase (100 % is the turning point)", colour: "c0", values: percents(series.phase) }] })];
  byId("scores-box").hidden = !names.length;
  if (!names.length) return;
  plots.push(charts.draw(byId("scores"), { ...common, low: 0, high: 100, unit: " %",
    series: names.map((name, i) => ({ label: pretty(name), colour: COLOURS[i % COLOURS.length], values: percents(series.scores[name]) })) }));
}

// The line in the charts and the marked row follow the video.
function follows() {
  if (!series || byId("video-result").hidden) return;
  const now = byId("player").currentTime || 0;
  for (const plot of plots) plot.setCursor({ left: plot.valToPos(now, "x"), top: 10 });
  [...byId("video-reps").rows].forEach((one, i) => one.classList.toggle("now", now >= series.reps[i].t_start && now < series.reps[i].t_end));
}
