// Collects pictures of the start and end position, or a clip; checks them and saves the exercise.
import { closeCamera, openCamera } from "./camera.js";
import { ask, busy, byId, element, fillSelect, info, megabytes, pretty, say, some } from "./common.js";
import { drawn } from "./pictures.js";

// Names of the classes for users. "up" and "down" are the names in files and in the API.
const SIDES = {
  up: { title: "Start position", words: "start position", hint: "How a rep starts and ends: standing for a lunge, arms straight for a push-up." },
  down: { title: "End position", words: "end position", hint: "The turning point of a rep: the knee at the floor for a lunge." },
  other: { title: "What else do you do?", words: "something else", hint: "Optional: resting, walking, reaching for a bottle. It is then not counted." },
};
const video = byId("teach-view"), lists = {}, thumbs = new Map(), coming = new Set(); // coming: pictures being uploaded
let lesson = null, useIt = () => {}; // lesson: a promise of its id

// The id of the lesson; the first call begins it. Files may be chosen before the server has answered.
function begun() {
  lesson ??= ask("/lessons", { method: "POST" }).then(({ id }) => id, (error) => { lesson = null; throw error; });
  return lesson;
}

// choose: shows the Train part with an exercise chosen.
export function startTeach(choose) {
  useIt = choose;
  for (const [side, { title, hint }] of Object.entries(SIDES)) {
    lists[side] = element("div", { className: "thumbs" });
    const files = element("input", { type: "file", accept: "image/*", multiple: true });
    files.addEventListener("change", async () => { for (const file of [...files.files]) await add(side, file); files.value = ""; });
    const snap = element("button", { textContent: "Take picture" });
    snap.setAttribute("aria-label", `Take picture: ${title}`);
    snap.addEventListener("click", () => busy(snap, () => take(side)));
    byId("teach-classes").append(element("div", { className: "card", id: "teach-" + side }, element("h3", { textContent: title }),
      element("p", { className: "small", textContent: hint }), lists[side], snap, element("label", {}, "or files ", files)));
  }
  byId("teach-camera").addEventListener("click", () => busy(byId("teach-camera"), camera));
  for (const [id, work] of [["clip-send", clip], ["teach-check", check], ["teach-save", save], ["teach-anew", anew]]) {
    byId(id).addEventListener("click", () => busy(byId(id), work));
  }
}

export async function showTeach() {
  await begun();
  await listTaught();
}

async function anew() {
  lesson = null;
  await begun();
  Object.values(lists).forEach((list) => list.replaceChildren());
  thumbs.clear();
  byId("teach-report").hidden = true;
  byId("clip-said").replaceChildren();
  byId("teach-name").value = "";
  say("Everything is removed. Start with the name.");
}

async function camera() {
  if (video.srcObject) {
    closeCamera(video);
    byId("teach-stage").hidden = true;
    byId("teach-camera").textContent = "Open camera";
    return;
  }
  await openCamera(video);
  byId("teach-stage").hidden = false;
  byId("teach-camera").textContent = "Close camera";
}

async function take(side) {
  if (!video.srcObject) throw new Error("Open the camera first, or choose files.");
  const number = byId("teach-countdown");
  number.hidden = false;
  for (let left = Number(byId("teach-delay").value) || 0; left > 0; left--) {
    number.textContent = left;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  number.hidden = true;
  const canvas = element("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  await add(side, await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9)));
}

function add(side, file) {
  const one = upload(side, file).finally(() => coming.delete(one));
  coming.add(one);
  return one;
}

// Adds the picture with its skeleton to the others, so that a wrong skeleton is noticed.
async function upload(side, file) {
  const { words } = SIDES[side], waits = element("div", { className: "thumb", textContent: "…" });
  lists[side].append(waits);
  try {
    const mine = await begun();
    const answer = await ask(`/lessons/${mine}/${side}`, { method: "POST", body: file });
    const picture = await drawn(file, answer.pose);
    picture.setAttribute("aria-label", `${words}, picture ${answer.count}, with the skeleton that was found`);
    const out = element("button", { textContent: "×" }), thumb = element("div", { className: "thumb" }, picture, out);
    out.setAttribute("aria-label", `Remove: ${words}, picture ${answer.count}`);
    out.addEventListener("click", () => ask(`/lessons/${mine}/${answer.source}`, { method: "DELETE" })
      .then(() => { thumb.remove(); thumbs.delete(answer.source); }).catch((error) => say(error.message, true)));
    thumbs.set(answer.source, thumb);
    waits.replaceWith(thumb);
    say(`${SIDES[side].title}: ${answer.count} ${answer.count === 1 ? "picture" : "pictures"}.`);
  } catch (error) {
    waits.remove();
    say(`${file.name ?? "picture"}: ${error.message}`, true);
  }
}

async function clip() {
  const [file] = byId("clip-file").files, reps = Number(byId("clip-reps").value), mine = await begun();
  if (!file) throw new Error("Choose a video first.");
  if (file.size > info.limits.video_bytes) throw new Error(`the video is larger than ${megabytes(info.limits.video_bytes)}`);
  const bar = byId("clip-bar");
  bar.hidden = false;
  bar.value = 0;
  say("Reading the clip …");
  const timer = setInterval(async () => {
    const at = await ask(`/lessons/${mine}/clip`).catch(() => null);
    if (at?.total) bar.value = at.done / at.total;
  }, 500);
  try {
    const found = await ask(`/lessons/${mine}/clip?` + new URLSearchParams({ reps }), { method: "PUT", body: file });
    const at = found.down.map((t) => `${t.toFixed(1)} s`).join(", ");
    const line = element("li", {}, `${file.name}: the end position was found at ${at}; ${some(found.samples, "sample")}. `);
    const out = element("button", { className: "plain-button", textContent: "Remove" });
    out.setAttribute("aria-label", `Remove the clip ${file.name}`);
    out.addEventListener("click", () => ask(`/lessons/${mine}/${found.source}`, { method: "DELETE" })
      .then(() => line.remove()).catch((error) => say(error.message, true)));
    line.append(out);
    byId("clip-said").append(line);
    byId("clip-file").value = "";
    say("The clip is part of the lesson. Check it, save it, or add a clip of somebody else.");
  } finally {
    clearInterval(timer);
    bar.hidden = true;
  }
}

// "Side lunge" -> "side-lunge", the name in files and commands.
function name() {
  const field = byId("teach-name"), text = field.value.trim();
  const slug = text.toLowerCase().replace(/\s+/g, "-").replace(/-+/g, "-");
  if (slug && field.checkValidity() && /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(slug)) return slug;
  field.focus();
  throw new Error("Give the exercise a name of letters, digits and blanks, such as side lunge.");
}

// "lunge_up" -> "start position".
function called(label) {
  const side = Object.keys(SIDES).find((one) => label === one || label.endsWith("_" + one));
  return side ? SIDES[side].words : pretty(label).toLowerCase();
}

const capital = (text) => text.replace(/^./, (c) => c.toUpperCase());

function found(report) {
  const lines = [];
  for (const one of report.clips ?? []) {
    const which = report.clips.length > 1 ? one.source.replace("-", " ") : "the clip"; // clip-2 -> clip 2
    lines.push(`The taught exercise counts ${one.counted} of ${some(one.reps, "rep")} of ${which}.`);
    if (one.halves.length) lines.push(`Taught from one half of the clip, the other half counts ${one.halves.join(" and ")}.`);
  }
  if (report.expected) lines.push(`${capital(report.expected.message)}.`);
  for (const row of report.wrong) {
    const who = thumbs.has(row.source) ? `The marked picture (${called(row.class)})` : `${row.source} (${called(row.class)})`;
    lines.push(row.answer ? `${who} looks more like: ${called(row.answer)}. Remove it, or add more like it.` : `${who} is the only picture of its class from its source; add more.`);
  }
  for (const row of report.confused) lines.push(`${capital(called(row.class))} was taken for ${called(row.taken_for)} ${row.samples === 1 ? "once" : `${row.samples} times`}.`);
  if (report.missing_views.length) lines.push(`Not seen from: ${report.missing_views.join(", ")}. Pictures from these sides improve counting.`);
  return lines;
}

async function check() {
  const title = name();
  await Promise.all(coming);
  const report = await ask(`/lessons/${await begun()}/report?` + new URLSearchParams({ name: title }));
  const [low, high] = report.interval_95.map((share) => Math.round(100 * share)), box = byId("teach-report");
  const line = (cells, kind) => element("tr", {}, ...cells.map((cell) => element(kind, { textContent: cell })));
  const rows = Object.entries(report.classes).map(([one, count]) =>
    [capital(called(one)), count, Object.entries(report.views[one] ?? {}).map(([view, n]) => `${view} ${n}`).join(", ")]);
  thumbs.forEach((thumb, source) => thumb.classList.toggle("bad", report.wrong.some((row) => row.source === source)));
  box.hidden = false;
  box.replaceChildren(
    element("h3", { textContent: `Quality of ${pretty(title).toLowerCase()}` }),
    element("p", { className: "verdict", textContent: report.checked
      ? `${report.right} of ${report.checked} samples are recognised by the others (95\u00a0%: ${low} to ${high}\u00a0%).`
      : "Nothing can be checked yet. Add pictures from other sides or days." }),
    element("div", { className: "scroll" }, element("table", {}, element("thead", {}, line(["Position", "Samples", "Seen from"], "th")), element("tbody", {}, ...rows.map((row) => line(row, "td"))))),
    element("ul", { className: "notes" }, ...found(report).map((text) => element("li", { textContent: text }))));
  say("Checked.");
}

async function save() {
  await check();
  const mine = await begun();
  const keep = (force) =>
    ask(`/exercises/${encodeURIComponent(name())}?lesson_id=${mine}&force=${force}`, { method: "PUT" });
  let answer = await keep(false);
  if (answer.confused.length) {
    if (!confirm(`Other movements would count as ${name()}:\n${answer.confused.join("\n")}\nSave it anyway?`)) return;
    answer = await keep(true);
  }
  use(answer.exercises);
  say(`Saved. ${pretty(name())} can be counted in Train and Recording, and by every command with --exercise ${name()}.`);
  await listTaught();
}

function use(exercises) {
  info.exercises = exercises;
  for (const id of ["choose-exercise", "video-exercise"]) fillSelect(byId(id), exercises, byId(id).value, pretty);
}

async function listTaught() {
  const now = await ask("/info");
  byId("taught").replaceChildren(...now.taught.map((one) => {
    const count = element("button", { className: "plain-button main", textContent: "Count it live" });
    count.setAttribute("aria-label", `Count it live: ${one}`);
    count.addEventListener("click", () => useIt(one));
    const drop = element("button", { className: "plain-button", textContent: "Delete" });
    drop.setAttribute("aria-label", `Delete ${one}`);
    drop.addEventListener("click", () => confirm(`Delete the exercise ${one}?`) && busy(drop, async () => {
      await ask(`/exercises/${one}`, { method: "DELETE" });
      use((await ask("/info")).exercises);
      await listTaught();
    }));
    const broken = one in now.damaged;
    return element("li", {}, element("span", { textContent: pretty(one) + (broken ? ": damaged, not counted. Teach it again, or delete it." : "") }), ...(broken ? [drop] : [count, drop]));
  }));
  if (!now.taught.length) byId("taught").replaceChildren(element("li", { className: "small", textContent: "No exercise taught yet." }));
}
