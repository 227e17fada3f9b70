// Upload a video, watch its progress, then the annotated video beside its chart.
import { ask, byId, colour, dropZone, element, fillSelect, info, pretty, say } from "./common.js";

let current = null, series = null, request = null;
const NAMES = { video: "Video", reps: "Reps (CSV)", frames: "Frames (CSV)", summary: "Summary (JSON)", landmarks: "Landmarks (NPZ)" };

export function startRecording() {
  fillSelect(byId("video-exercise"), info.exercises);
  fillSelect(byId("video-model"), info.models);
  dropZone(byId("video-drop"), byId("video-file"), ([file]) => file && upload(file));
  byId("video-stop").addEventListener("click", stop);
  byId("player").addEventListener("timeupdate", draw);
  byId("chart").addEventListener("click", (event) => {
    if (series) jump(event.offsetX / byId("chart").clientWidth * length());
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

function upload(file) {
  if (file.size > info.limits.video_bytes) {
    say(`the video is larger than ${Math.round(info.limits.video_bytes / 1e6)} MB`, true);
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
    const answer = JSON.parse(request.responseText);
    if (request.status !== 201) return failed(answer.detail);
    current = answer.id;
    poll(current);
  };
  request.send(file);
}

function progress(share, text) {
  byId("video-bar").value = share;
  byId("video-state").textContent = `${text} ${Math.round(share * 100)} %`;
}

function failed(text) {
  byId("video-progress").hidden = true;
  say(text, true);
}

async function stop() {
  request?.abort();
  byId("video-progress").hidden = true;
  if (current) await ask("/recordings/" + current, { method: "DELETE" }).catch(() => {});
  current = null;
  say("Stopped.");
}

async function poll(id) {
  while (current === id) {
    let one;
    try { one = await ask("/recordings/" + id); } catch (error) { return failed(error.message); }
    if (one.state === "failed") return failed(one.error);
    if (one.state === "done") return show(one);
    progress(one.total ? Math.min(1, one.done / one.total) : 0, one.state === "waiting" ? "waiting" : "counting");
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

async function show(one) {
  series = await ask(`/recordings/${one.id}/series`);
  byId("video-progress").hidden = true;
  byId("video-result").hidden = false;
  const totals = Object.entries(one.summary.totals ?? {}).map(([name, count]) => `${count} ${name}`).join(", ") || "no reps";
  byId("video-title").textContent = `${one.title}: ${totals}`;
  byId("player").src = `/api/recordings/${one.id}/files/video`;
  byId("video-reps").replaceChildren(...series.reps.map((rep, i) => {
    const button = element("button", { textContent: i + 1, title: `${pretty(rep.exercise)}, ${rep.t_end.toFixed(1)} s` });
    button.setAttribute("aria-label", `Rep ${i + 1}, ${pretty(rep.exercise)}, at ${rep.t_start.toFixed(1)} seconds: jump there`);
    button.addEventListener("click", () => jump(rep.t_start));
    return element("li", {}, button);
  }));
  byId("downloads").replaceChildren(...one.files.map((kind) =>
    element("a", { href: `/api/recordings/${one.id}/files/${kind}`, download: "", textContent: NAMES[kind] })));
  byId("video-notes").replaceChildren(...[...one.notes, ...(one.error ? [one.error] : [])].map((text) => element("li", { textContent: text })));
  say(`Counted: ${totals}.`);
  draw();
}

const length = () => Math.max(series.t.at(-1) ?? 0, 0.1);

function jump(t) {
  byId("player").currentTime = t;
  draw();
}

function draw() {
  if (!series || byId("video-result").hidden) return;
  const canvas = byId("chart"), context = canvas.getContext("2d"), { width, height } = canvas, total = length();
  const x = (t) => t / total * width, y = (value) => 20 + value * (height - 45);
  context.clearRect(0, 0, width, height);
  context.font = "14px system-ui";
  for (const rep of series.reps) {
    context.globalAlpha = 0.15;
    context.fillStyle = colour("accent");
    context.fillRect(x(rep.t_start), 20, x(rep.t_end) - x(rep.t_start), height - 45);
  }
  context.globalAlpha = 0.35;
  Object.values(series.scores).forEach((values, i) => curve(context, values, x, (v) => y(1 - v), ["#c65000", "#0062a8", "#7a4fd3", "#a08000", "#888888"][i % 5], 1));
  context.globalAlpha = 1;
  curve(context, series.phase, x, y, colour("accent"), 3);
  context.fillStyle = colour("text");
  series.reps.forEach((rep, i) => context.fillText(i + 1, x(rep.t_peak) - 5, 15));
  for (let s = 0; s <= total; s += Math.max(1, Math.round(total / 8))) context.fillText(`${s} s`, x(s), height - 6);
  context.strokeStyle = colour("text");
  context.strokeRect(x(byId("player").currentTime || 0), 20, 1, height - 45);
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
