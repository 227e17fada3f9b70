// The end of a workout: its summary, and a picture of it to share, without the person unless the user asks for it.
import { byId, element, LANGUAGE, say, some } from "./common.js";
import { saveBlob } from "./download.js";

const WIDTH = 1080, HEIGHT = 1350; // pixels; the upright format of photo apps
const AT_THE_END = ["Tempo", "Range", "Extra", "By hand"]; // figures of a set that are shown here; the report shows all

export function hideEnd() {
  byId("finish").hidden = true;
  byId("finish").replaceChildren();
}

// message: from the server, with sets, total, figures of all reps, and streak if known.   still: a canvas with the last frame, or null.
export function showEnd(message, still) {
  const box = byId("finish"), marks = highlights(message);
  const save = element("button", { className: "main", textContent: "Save as a picture" });
  const withMe = element("input", { type: "checkbox", id: "share-me" }), label = element("label", { className: "check" }, withMe, " with the camera's last frame");
  save.addEventListener("click", async () => {
    const blob = await shared(message, marks, withMe.checked ? still : null);
    saveBlob(blob, `workout-${new Date().toISOString().slice(0, 10)}.png`);
    say("The picture is saved.");
  });
  const again = element("button", { textContent: "New workout" });
  again.addEventListener("click", () => { hideEnd(); byId("start").textContent = "Start camera"; byId("settings").click(); byId("start").focus(); });
  box.replaceChildren(
    element("h3", { textContent: "Workout done" }),
    element("p", { className: "sum", textContent: sum(message) }, element("small", { textContent: lines(message).join(" · ") })),
    ...(message.records?.length ? [element("ul", { className: "new-records", ariaLabel: "New personal records" }, ...message.records.map((text) => element("li", { textContent: `New record - ${text}` })))] : []),
    element("ul", { className: "marks" }, ...marks.map(([value, name]) => element("li", {}, element("b", { textContent: value }), element("span", { textContent: name })))),
    element("ol", { className: "done-sets", id: "done-sets" }, ...message.sets.map(card)),
    element("div", { className: "row" }, save, ...(still ? [label] : []), again));
  box.hidden = false;
  byId("start").textContent = "Same again";
}

// A set with its most important figures.
const card = (one) => element("li", {}, element("b", { textContent: one.title }), element("dl", {}, ...one.rows.filter(([name]) => AT_THE_END.includes(name))
  .flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })])));

const sum = (message) => message.total.toLocaleString(LANGUAGE);

// "16 squats", "20 push-ups"
function lines(message) {
  const totals = new Map();
  for (const one of message.sets) totals.set(one.exercise ?? "rep", (totals.get(one.exercise ?? "rep") ?? 0) + one.reps);
  return [...totals].map(([name, count]) => some(count, name));
}

// The figures for the picture, without unknown ones.
export function highlights(message) {
  const marks = [[message.sets.length.toLocaleString(LANGUAGE), message.sets.length === 1 ? "set" : "sets"]];
  const { tempo_s, fastest_s, range_deg } = message.figures;
  if (tempo_s !== null) marks.push([`${tempo_s.toFixed(1)} s`, "a rep, median"]);
  if (fastest_s !== null) marks.push([`${fastest_s.toFixed(1)} s`, "fastest rep"]);
  if (range_deg !== null) marks.push([`${Math.round(range_deg)}°`, "range, median"]);
  if (message.streak) marks.push([message.streak.toLocaleString(LANGUAGE), message.streak === 1 ? "week in a row" : "weeks in a row"]);
  return marks;
}

// The picture: text on a dark background. The last frame of the camera is above it only if the user ticked that box.
export async function shared(message, marks, still) {
  const canvas = element("canvas", { width: WIDTH, height: HEIGHT }), c = canvas.getContext("2d");
  const ground = c.createLinearGradient(0, 0, WIDTH, HEIGHT);
  for (const [at, colour] of [[0, "#14634a"], [0.5, "#0b1f18"], [1, "#080d0b"]]) ground.addColorStop(at, colour);
  c.fillStyle = ground;
  c.fillRect(0, 0, WIDTH, HEIGHT);
  const text = (words, x, y, size, weight = 600, colour = "#ffffff", align = "left") => {
    let fit = size;
    do { c.font = `${weight} ${fit}px system-ui, sans-serif`; fit -= 4; } while (c.measureText(words).width > WIDTH - 160 && fit > 20);
    c.fillStyle = colour;
    c.textAlign = align;
    c.fillText(words, x, y);
  };
  let top = 150;
  if (still) {
    const high = 520, scale = Math.max(WIDTH / still.width, high / still.height);
    c.save();
    c.beginPath();
    c.rect(0, 0, WIDTH, high);
    c.clip();
    c.drawImage(still, (WIDTH - still.width * scale) / 2, (high - still.height * scale) / 2, still.width * scale, still.height * scale);
    c.restore();
    top = 640;
  }
  text(new Date().toLocaleDateString(LANGUAGE, { weekday: "long", day: "numeric", month: "long", year: "numeric" }), 80, top - 30, 38, 500, "#d7e2dc");
  text(sum(message), 72, top + (still ? 190 : 300), still ? 240 : 340, 800);
  text(lines(message).join(" · "), 80, top + (still ? 260 : 390), 52);
  const y = still ? top + 370 : top + 560;
  marks.slice(0, 4).forEach(([value, name], i) => {
    const x = 80 + (i % 2) * 480, row = y + Math.floor(i / 2) * 160;
    text(value, x, row, 68, 800);
    text(name, x, row + 46, 32, 500, "#d7e2dc");
  });
  if (message.records?.length) text(`New record - ${message.records[0]}`, 80, HEIGHT - 190, 40, 700, "#ffc43d");
  text(message.sets.map((one) => one.reps).join(" · "), 80, HEIGHT - 130, 44, 700, "#6fe9bb");
  text("fitness", WIDTH - 80, HEIGHT - 60, 34, 700, "#6fe9bb", "right");
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
