// Collect pictures of an exercise's turning points, check them, save them, count with them at once.
import { ask, byId, closeCamera, element, fillSelect, info, openCamera, say } from "./common.js";

const SIDES = { up: "Upper turning point", down: "Lower turning point", other: "Neither (optional)" };
const video = byId("teach-view");
let lesson = null;
const lists = {};

export function startTeach() {
  for (const [side, title] of Object.entries(SIDES)) {
    lists[side] = element("div", { className: "thumbs" });
    const files = element("input", { type: "file", accept: "image/*", multiple: true });
    files.addEventListener("change", async () => { for (const file of [...files.files]) await add(side, file); files.value = ""; });
    const snap = element("button", { textContent: "Take picture" });
    snap.addEventListener("click", () => take(side, snap));
    const label = element("label", {}, "Files ", files);
    byId("teach-classes").append(element("div", { className: "card", id: "teach-" + side }, element("h3", { textContent: title }), lists[side], snap, label));
  }
  byId("teach-camera").addEventListener("click", camera);
  byId("teach-check").addEventListener("click", () => check().catch((error) => say(error.message, true)));
  byId("teach-save").addEventListener("click", () => save().catch((error) => say(error.message, true)));
}

export async function showTeach() {
  lesson ??= (await ask("/lessons", { method: "POST" })).id;
  await listTaught();
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
    lists[side].append(image);
    say(`${SIDES[side]}: ${answer.count} pictures.`);
  } catch (error) {
    say(`${file.name ?? "picture"}: ${error.message}`, true);
  }
}

const name = () => byId("teach-name").value.trim();

async function check() {
  const report = await ask(`/lessons/${lesson}/report?` + new URLSearchParams({ name: name() }));
  const counts = Object.entries(report.classes).map(([one, count]) => `${one}: ${count}`).join(", ");
  const lines = [`${counts}. Recognised by the others: ${report.right} of ${report.checked}.`];
  for (const row of report.wrong) {
    lines.push(row.answer ? `Picture ${row.index + 1} (${row.class}) looks like ${row.answer}.` : `Picture ${row.index + 1} is the only one of ${row.class}; add more.`);
  }
  const [low, high] = report.interval_95.map((share) => Math.round(100 * share));
  lines.push(`With 95 % certainty ${low} to ${high} % are recognised.`);
  for (const row of report.confused) lines.push(`${row.class} is taken for ${row.taken_for} ${row.samples} times.`);
  if (report.missing_views.length) lines.push(`Not seen from: ${report.missing_views.join(", ")}.`);
  byId("teach-report").replaceChildren(...lines.map((text) => element("p", { textContent: text })));
  say("Checked.");
}

async function save() {
  await check();
  const answer = await ask(`/exercises/${encodeURIComponent(name())}?lesson_id=${lesson}`, { method: "PUT" });
  use(answer.exercises);
  say(`Saved. Choose ${name()} in Live or Recording.`);
  await listTaught();
}

function use(exercises) {
  info.exercises = exercises;
  for (const id of ["choose-exercise", "video-exercise"]) fillSelect(byId(id), exercises, byId(id).value);
}

async function listTaught() {
  const now = await ask("/info");
  byId("taught").replaceChildren(...now.taught.map((one) => {
    const button = element("button", { textContent: "Delete" });
    button.setAttribute("aria-label", `Delete ${one}`);
    button.addEventListener("click", async () => {
      await ask(`/exercises/${one}`, { method: "DELETE" }).catch((error) => say(error.message, true));
      use((await ask("/info")).exercises);
      await listTaught();
    });
    return element("li", {}, one + " ", button);
  }));
  if (!now.taught.length) byId("taught").replaceChildren(element("li", { textContent: "none yet" }));
}
