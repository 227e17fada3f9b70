// Collect pictures of an exercise's turning points, or a clip; check them, save them, count with them at once.
import { ask, byId, closeCamera, element, fillSelect, info, megabytes, openCamera, pretty, say } from "./common.js";

const SIDES = { up: "Upper turning point", down: "Lower turning point", other: "Neither (optional)" };
const video = byId("teach-view"), lists = {}, thumbs = new Map();
let lesson = null, useIt = () => {};

// choose: shows the Live part with an exercise chosen.
export function startTeach(choose) {
  useIt = choose;
  for (const [side, title] of Object.entries(SIDES)) {
    lists[side] = element("div", { className: "thumbs" });
    const files = element("input", { type: "file", accept: "image/*", multiple: true });
    files.addEventListener("change", async () => { for (const file of [...files.files]) await add(side, file); files.value = ""; });
    const snap = element("button", { textContent: "Take picture" });
    snap.addEventListener("click", () => take(side, snap));
    const label = element("label", {}, "Files ", files);
    byId("teach-classes").append(element("div", { className: "card", id: "teach-" + side }, element("h3", { textContent: title }), lists[side], snap, label));
  }
  const told = (work) => () => work().catch((error) => say(error.message, true));
  byId("teach-camera").addEventListener("click", camera);
  byId("clip-send").addEventListener("click", told(clip));
  byId("teach-check").addEventListener("click", told(check));
  byId("teach-save").addEventListener("click", told(save));
  byId("teach-anew").addEventListener("click", told(anew));
}

export async function showTeach() {
  lesson ??= (await ask("/lessons", { method: "POST" })).id;
  await listTaught();
}

async function anew() {
  lesson = (await ask("/lessons", { method: "POST" })).id;
  Object.values(lists).forEach((list) => list.replaceChildren());
  thumbs.clear();
  byId("teach-report").hidden = true;
  byId("clip-said").textContent = byId("teach-name").value = "";
  say("An empty lesson.");
}

async function camera() {
  if (video.srcObject) {
    closeCamera(video);
    video.hidden = true;
    byId("teach-camera").textContent = "Open camera";
    return;
  }
  try {
    await openCamera(video);
    video.hidden = false;
    byId("teach-camera").textContent = "Close camera";
  } catch (error) {
    say(error.message, true);
  }
}

async function take(side, button) {
  if (!video.srcObject) return say("Open the camera first, or choose files.", true);
  button.disabled = true;
  for (let left = Number(byId("teach-delay").value) || 0; left > 0; left--) {
    say(`Picture in ${left} …`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const canvas = element("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  button.disabled = false;
  await add(side, blob);
}

async function add(side, file) {
  try {
    const answer = await ask(`/lessons/${lesson}/${side}`, { method: "POST", body: file });
    const image = element("img", { src: URL.createObjectURL(file), alt: `${SIDES[side]}, picture ${answer.count}` });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    const out = element("button", { textContent: "×" }), thumb = element("div", { className: "thumb" }, image, out);
    out.setAttribute("aria-label", `Take out ${SIDES[side].toLowerCase()}, picture ${answer.count}`);
    out.addEventListener("click", () => ask(`/lessons/${lesson}/${answer.source}`, { method: "DELETE" })
      .then(() => { thumb.remove(); thumbs.delete(answer.source); }).catch((error) => say(error.message, true)));
    thumbs.set(answer.source, thumb);
    lists[side].append(thumb);
    say(`${SIDES[side]}: ${answer.count} ${answer.count === 1 ? "picture" : "pictures"}.`);
  } catch (error) {
    say(`${file.name ?? "picture"}: ${error.message}`, true);
  }
}

async function clip() {
  const [file] = byId("clip-file").files, reps = Number(byId("clip-reps").value), mine = lesson;
  if (!file) return say("Choose a video first.", true);
  if (file.size > info.limits.video_bytes) return say(`the video is larger than ${megabytes(info.limits.video_bytes)}`, true);
  const button = byId("clip-send"), bar = byId("clip-bar");
  button.disabled = true;
  bar.hidden = false;
  bar.value = 0;
  say("Looking at the clip …");
  const timer = setInterval(async () => {
    const at = await ask(`/lessons/${mine}/clip`).catch(() => null);
    if (at?.total) bar.value = at.done / at.total;
  }, 500);
  try {
    const found = await ask(`/lessons/${mine}/clip?` + new URLSearchParams({ reps }), { method: "PUT", body: file });
    const at = found.down.map((t) => `${t.toFixed(1)} s`).join(", ");
    byId("clip-said").textContent = `${file.name}: lower turning points at ${at}; ${found.samples} samples.`;
    say("The clip is part of the lesson. Check it, or save it.");
  } finally {
    clearInterval(timer);
    button.disabled = false;
    bar.hidden = true;
  }
}

function name() {
  const field = byId("teach-name"), text = field.value.trim();
  if (text && field.checkValidity()) return text;
  field.focus();
  throw new Error("Give the exercise a name: small letters, digits and hyphens, such as lunge.");
}

async function check() {
  const title = name(), report = await ask(`/lessons/${lesson}/report?` + new URLSearchParams({ name: title }));
  const [low, high] = report.interval_95.map((share) => Math.round(100 * share)), box = byId("teach-report");
  const heads = ["Class", "Samples", "Seen from"];
  const rows = Object.entries(report.classes).map(([one, count]) =>
    [pretty(one), count, Object.entries(report.views[one] ?? {}).map(([view, n]) => `${view} ${n}`).join(", ")]);
  const line = (cells, kind) => element("tr", {}, ...cells.map((cell) => element(kind, { textContent: cell })));
  const lines = [];
  if (report.clip) {
    lines.push(`The taught counter counts ${report.clip.counted} of ${report.clip.reps} in the clip.`);
    if (report.clip.halves.length) lines.push(`Taught from one half, the other half: ${report.clip.halves.join(", ")}.`);
  }
  for (const row of report.wrong) {
    const who = thumbs.has(row.source) ? `The marked picture (${pretty(row.class)})` : `${row.source} (${pretty(row.class)})`;
    lines.push(row.answer ? `${who} looks like ${pretty(row.answer).toLowerCase()}; take it out, or add more like it.` : `${who} is the only one of its class; add more.`);
  }
  for (const row of report.confused) lines.push(`${pretty(row.class)} is taken for ${pretty(row.taken_for).toLowerCase()} ${row.samples} times.`);
  if (report.missing_views.length) lines.push(`Not seen from: ${report.missing_views.join(", ")}.`);
  thumbs.forEach((thumb, source) => thumb.classList.toggle("bad", report.wrong.some((row) => row.source === source)));
  box.hidden = false;
  box.replaceChildren(
    element("h3", { textContent: `Quality of ${title}` }),
    element("p", { className: "verdict", textContent: report.checked
      ? `${report.right} of ${report.checked} samples are recognised by the others (95\u00a0%: ${low} to ${high}\u00a0%).`
      : "Nothing could be checked yet; add pictures from other sides or days." }),
    element("div", { className: "scroll" }, element("table", {}, element("thead", {}, line(heads, "th")), element("tbody", {}, ...rows.map((row) => line(row, "td"))))),
    element("ul", { className: "notes" }, ...lines.map((text) => element("li", { textContent: text }))));
  say("Checked.");
}

async function save() {
  await check();
  const answer = await ask(`/exercises/${encodeURIComponent(name())}?lesson_id=${lesson}`, { method: "PUT" });
  use(answer.exercises);
  say(`Saved. ${pretty(name())} can be counted in Live and Recording, and by every command with --exercise ${name()}.`);
  await listTaught();
}

function use(exercises) {
  info.exercises = exercises;
  for (const id of ["choose-exercise", "video-exercise"]) fillSelect(byId(id), exercises, byId(id).value);
}

async function listTaught() {
  const now = await ask("/info");
  byId("taught").replaceChildren(...now.taught.map((one) => {
    const count = element("button", { className: "plain-button main", textContent: "Count it live" });
    count.setAttribute("aria-label", `Count it live: ${one}`);
    count.addEventListener("click", () => useIt(one));
    const drop = element("button", { className: "plain-button", textContent: "Delete" });
    drop.setAttribute("aria-label", `Delete ${one}`);
    drop.addEventListener("click", async () => {
      if (!confirm(`Delete the exercise ${one}?`)) return;
      await ask(`/exercises/${one}`, { method: "DELETE" }).catch((error) => say(error.message, true));
      use((await ask("/info")).exercises);
      await listTaught();
    });
    return element("li", {}, element("span", { textContent: pretty(one) }), count, drop);
  }));
  if (!now.taught.length) byId("taught").replaceChildren(element("li", { className: "small", textContent: "none yet" }));
}
