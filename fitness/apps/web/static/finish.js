// The end of a workout: what was done, large, and the same as a picture to share, without the person unless asked.
import { byId, element, info, percent, pretty, say, some } from "./common.js";
import { saveBlob } from "./download.js";
import { words } from "./sets.js";

const WIDTH = 1080, HEIGHT = 1350; // pixels; the upright format of photo apps

export function hideEnd() {
  byId("finish").hidden = true;
  byId("finish").replaceChildren();
}

// message: of the server, with sets, total, and streak where it knows one.   still: a canvas with the last picture, or null.
export function showEnd(message, still) {
  const box = byId("finish"), marks = highlights(message);
  const save = element("button", { className: "main", textContent: "Save as a picture" });
  const withMe = element("input", { type: "checkbox", id: "share-me" }), label = element("label", { className: "check" }, withMe, " with the camera's last picture");
  save.addEventListener("click", async () => {
    const blob = await shared(message, marks, withMe.checked ? still : null);
    saveBlob(blob, `workout-${new Date().toISOString().slice(0, 10)}.png`);
    say("The picture is saved.");
  });
  const again = element("button", { textContent: "New workout" });
  again.addEventListener("click", () => { hideEnd(); byId("settings").click(); byId("start").focus(); });
  box.replaceChildren(
    element("h3", { textContent: "Workout done" }),
    element("p", { className: "sum", textContent: sum(message) }, element("small", { textContent: lines(message).join(" · ") })),
    element("ul", { className: "marks" }, ...marks.map(([value, name]) => element("li", {}, element("b", { textContent: value }), element("span", { textContent: name })))),
    element("ol", { className: "sets", id: "done-sets" }, ...words(message.sets)),
    element("div", { className: "row" }, save, ...(still ? [label] : []), again));
  box.hidden = false;
}

const sum = (message) => message.total.toLocaleString();

// "16 squats", "20 push-ups"
function lines(message) {
  const totals = new Map();
  for (const one of message.sets) totals.set(one.exercise ?? "rep", (totals.get(one.exercise ?? "rep") ?? 0) + one.reps);
  return [...totals].map(([name, count]) => some(count, name));
}

// The figures worth a photo, each where it is known.
export function highlights(message) {
  const marks = [[message.sets.length.toLocaleString(), message.sets.length === 1 ? "set" : "sets"]];
  const tempo = mean(message.sets.filter((one) => one.tempo_s !== null).map((one) => [one.tempo_s, one.reps]));
  if (tempo !== null) marks.push([`${tempo.toFixed(1)} s`, "a rep, on average"]);
  const quick = message.sets.map((one) => one.fastest_s).filter((v) => v !== null);
  if (quick.length) marks.push([`${Math.min(...quick).toFixed(1)} s`, "fastest rep"]);
  const ranges = message.sets.map((one) => one.range_deg ?? null).filter((v) => v !== null);
  if (ranges.length) marks.push([`${Math.round(Math.max(...ranges))}°`, "best range"]);
  else {
    const depths = message.sets.map((one) => one.depth_most).filter((v) => v !== null);
    if (depths.length) marks.push([percent(Math.max(...depths)), "deepest, of your range"]);
  }
  if (message.streak) marks.push([message.streak.toLocaleString(), message.streak === 1 ? "week in a row" : "weeks in a row"]);
  return marks;
}

function mean(weighted) {
  const all = weighted.reduce((n, [, w]) => n + w, 0);
  return all ? weighted.reduce((n, [v, w]) => n + v * w, 0) / all : null;
}

// The picture: text on the page's own ground; the last picture of the camera above it only where the user ticked that.
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
  text(new Date().toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" }), 80, top - 30, 38, 500, "#d7e2dc");
  text(sum(message), 72, top + (still ? 190 : 300), still ? 240 : 340, 800);
  text(lines(message).join(" · "), 80, top + (still ? 260 : 390), 52);
  const y = still ? top + 370 : top + 560;
  marks.slice(0, 4).forEach(([value, name], i) => {
    const x = 80 + (i % 2) * 480, row = y + Math.floor(i / 2) * 160;
    text(value, x, row, 68, 800);
    text(name, x, row + 46, 32, 500, "#d7e2dc");
  });
  text(message.sets.map((one) => one.reps).join(" · "), 80, HEIGHT - 130, 44, 700, "#6fe9bb");
  text("fitness", WIDTH - 80, HEIGHT - 60, 34, 700, "#6fe9bb", "right");
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
