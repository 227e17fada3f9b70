// Upload a video, watch its progress, then the annotated video beside its chart; or pick one of the earlier ones.
import { keepDrawn, rule, sheet, ticks, words } from "./charts.js";
import { ask, byId, colour, dropZone, element, fillSelect, info, megabytes, percent, pretty, say, some } from "./common.js";

let current = null, series = null, request = null;
const NAMES = { video: "Video", reps: "Reps (CSV)", frames: "Frames (CSV)", summary: "Summary (JSON)", landmarks: "Landmarks (NPZ)" };
const CURVES = ["#d9730d", "#2f80ed", "#8e5bd9", "#b59a00", "#888888"];
const LEFT = 56, TOP = 28, GAP = 18, BOTTOM = 24;

export function startRecording() {
  fillSelect(byId("video-exercise"), info.exercises);
  fillSelect(byId("video-model"), info.models);
  const { video_bytes, video_s } = info.limits;
  byId("video-limits").textContent = `Up to ${megabytes(video_bytes)} and ${Math.round(video_s / 60)} minutes. It stays on this machine.`;
  dropZone(byId("video-drop"), byId("video-file"), ([file]) => file && upload(file));
  byId("video-stop").addEventListener("click", stop);
  byId("player").addEventListener("timeupdate", draw);
  byId("chart").addEventListener("click", (event) => {
    if (series) jump((event.offsetX - LEFT) / (byId("chart").clientWidth - LEFT - 8) * length());
  });
  keepDrawn(byId("chart"), draw);
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
  request = new XMLHttpRequest(); // fetch does not tell how far an upload is
  request.open("POST", "/api/recordings?" + query);
  request.upload.onprogress = (event) => progress(event.loaded / event.total, "uploading");
  request.onerror = () => failed("the upload failed; is the server still running?");
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
  legend();
  byId("chart").setAttribute("aria-label", ["Phase and class scores over time", ...series.reps.map((rep, i) =>
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
    `${(rep.t_end - rep.t_start).toFixed(1)} s`, percent(rep.confidence)];
  return element("tr", {}, element("td", {}, button), ...cells.map((text) => element("td", { textContent: text })));
}

function legend() {
  const names = Object.keys(series.scores).flatMap((name, i) => {
    const mark = element("span", { textContent: "■ " });
    mark.style.color = CURVES[i % CURVES.length];
    const one = element("span", {}, mark, pretty(name));
    one.style.whiteSpace = "nowrap";
    return [one, " "];
  });
  byId("chart-legend").replaceChildren("Above: phase, each rep numbered. Below: class scores. Click to jump there. ", ...names);
}

const length = () => Math.max(series.t.at(-1) ?? 0, 0.1);

function jump(t) {
  byId("player").currentTime = Math.max(0, Math.min(t, length()));
  draw();
}

function draw() {
  if (!series || byId("video-result").hidden) return;
  const { context, width, height } = sheet(byId("chart")), total = length(), now = byId("player").currentTime || 0;
  const middle = TOP + (height - TOP - BOTTOM - GAP) * 0.62, low = height - BOTTOM;
  const x = (t) => LEFT + t / total * (width - LEFT - 8), y = (v) => TOP + v * (middle - TOP), z = (v) => low - v * (low - middle - GAP);
  for (const rep of series.reps) {
    const running = now >= rep.t_start && now < rep.t_end;
    context.globalAlpha = running ? 0.32 : 0.14;
    context.fillStyle = colour("accent");
    context.fillRect(x(rep.t_start), TOP, Math.max(1, x(rep.t_end) - x(rep.t_start)), middle - TOP);
  }
  context.globalAlpha = 1;
  for (const t of ticks(total, Math.max(2, Math.floor(width / 90)))) {
    rule(context, x(t), TOP, x(t), low);
    words(context, `${Number(t.toFixed(2))} s`, x(t), height - 6, { align: t ? "center" : "left" });
  }
  rule(context, LEFT, middle, width - 8, middle);
  rule(context, LEFT, low, width - 8, low);
  for (const [text, at] of [["top", TOP + 5], ["bottom", middle], ["100 %", middle + GAP + 5], ["0", low]]) words(context, text, LEFT - 5, at, { align: "right" });
  Object.values(series.scores).forEach((values, i) => curve(context, values, x, z, CURVES[i % CURVES.length], 1.5));
  curve(context, series.phase, x, y, colour("accent"), 2.5);
  const every = Math.ceil(series.reps.length / Math.max(1, (width - LEFT) / 22));
  series.reps.forEach((rep, i) => {
    if (i % every === 0) words(context, i + 1, x(rep.t_peak), TOP - 8, { align: "center", style: colour("text"), font: "600 13px system-ui, sans-serif" });
  });
  rule(context, x(now), TOP - 4, x(now), low, colour("text"), 2);
  [...byId("video-reps").rows].forEach((one, i) => one.classList.toggle("now", now >= series.reps[i].t_start && now < series.reps[i].t_end));
}

function curve(context, values, x, y, style, thick) {
  context.strokeStyle = style;
  context.lineWidth = thick;
  context.beginPath();
  let open = false;
  values.forEach((value, i) => {
    if (value === null) { open = false; return; }
    context[open ? "lineTo" : "moveTo"](x(series.t[i]), y(value));
    open = true;
  });
  context.stroke();
}
