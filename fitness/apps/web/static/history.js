// Stored sessions: figures of the week, progress of one exercise, records, the list, and export.
import { ask, byId, busy, element, fillSelect, info, LANGUAGE, pretty, say, some } from "./common.js";
import { saveBlob } from "./download.js";
import { openComparison, openSession, startSession } from "./session.js";

const DAY_S = 86400, WEEK_DAYS = 7, MONTH_DAYS = 30.44;
const SHOWN = { reps: "reps a day", best: "best set of the day", sets: "sets a day", weight_kg: "heaviest set of the day", tempo_s: "seconds a rep", range_deg: "range of motion" };
const UNITS_OF = { weight_kg: " kg", tempo_s: " s", range_deg: "°" };
const ADDED = ["reps", "sets"], LINES = ["tempo_s", "range_deg"];
let points = [];

export function startHistory() {
  byId("progress-exercise").addEventListener("change", () => follow().catch((error) => say(error.message, true)));
  byId("progress-what").addEventListener("change", draw);
  byId("export").addEventListener("click", () => busy(byId("export"), () => save(byId("export-form").value)));
  byId("compare").addEventListener("click", () => busy(byId("compare"), () => openComparison(chosen())).then(choose));
  byId("goal").replaceChildren(...Array.from({ length: WEEK_DAYS }, (_, i) => new Option(i ? `${i + 1} days a week` : "1 day a week", i + 1)));
  byId("goal").addEventListener("change", () => keepGoal().catch((error) => say(error.message, true)));
  startSession(showHistory);
}

export async function showHistory() {
  byId("history-list").hidden = false;
  byId("session").hidden = true;
  const [sessions, progress] = await Promise.all([ask("/sessions"), ask("/progress")]);
  const reps = (name) => progress[name].reduce((sum, point) => sum + point.reps, 0);
  const names = Object.keys(progress).sort((a, b) => reps(b) - reps(a));
  fillSelect(byId("progress-exercise"), names, byId("progress-exercise").value || names[0], pretty);
  byId("no-sessions").hidden = sessions.length > 0 || !info.history;
  byId("no-store").hidden = info.history;
  byId("history-rest").hidden = byId("figures").hidden = !sessions.length;
  byId("sessions").replaceChildren(...sessions.map(row));
  choose();
  if (sessions.length) await Promise.all([showOverview(sessions), follow()]);
}

const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
let listed = [];

async function keepGoal() {
  await ask("/goal", { method: "PUT", body: JSON.stringify({ days: Number(byId("goal").value) }), headers: { "Content-Type": "application/json" } });
  await showOverview();
}

// Figures of all sessions, the week with its goal, and the records.
async function showOverview(sessions = listed) {
  listed = sessions;
  const today = local(new Date()), found = await ask("/overview?" + new URLSearchParams({ today }));
  const sum = (list) => list.flatMap((one) => Object.values(one.totals)).reduce((a, b) => a + b, 0);
  const recent = sessions.filter((one) => new Date(one.started_at) >= Date.now() - WEEK_DAYS * DAY_S * 1000);
  const weeks = (n) => (n === 1 ? "week" : "weeks"), reps = (n) => (n === 1 ? "rep" : "reps");
  const tiles = [[found.streak.weeks, `${weeks(found.streak.weeks)} in a row`], [found.streak.best, `${weeks(found.streak.best)} in a row, your best`],
    [sum(recent), `${reps(sum(recent))} in the last 7 days`], [sum(sessions), `${reps(sum(sessions))} in all`], [sessions.length, sessions.length === 1 ? "session" : "sessions"]];
  byId("figures").replaceChildren(...tiles.map(([number, text]) =>
    element("li", { className: "tile" }, element("b", { textContent: number.toLocaleString(LANGUAGE) }), element("span", { textContent: text }))));
  showWeek(found.week, today);
  const records = Object.entries(found.records).filter(([, best]) => best.length);
  byId("records").hidden = !records.length;
  byId("records").replaceChildren(element("h3", { textContent: "Personal records" }), element("ul", { className: "records" }, ...records.map(([name, best]) =>
    element("li", {}, element("b", { textContent: pretty(name) }), ...best.map((one) => element("span", { className: "small", textContent: `${one.text}, ${shortDay(one.day)}` }))))));
}

const shortDay = (day) => new Date(day + "T12:00").toLocaleDateString(LANGUAGE, { day: "numeric", month: "short", year: "numeric" });

function showWeek(week, today) {
  const done = week.days.length, left = week.goal - done;
  byId("week").hidden = false;
  byId("goal").value = week.goal;
  byId("week-title").textContent = `This week: ${done} of ${week.goal} ${week.goal === 1 ? "day" : "days"}`;
  byId("week-note").textContent = week.reached ? "Goal reached." : `${left} more ${left === 1 ? "day" : "days"} to your goal.`;
  byId("week-days").replaceChildren(...Array.from({ length: WEEK_DAYS }, (_, i) => {
    const date = new Date(week.monday + "T12:00");
    date.setDate(date.getDate() + i);
    const day = local(date), trained = week.days.includes(day), item = element("li", { textContent: date.toLocaleDateString(LANGUAGE, { weekday: "narrow" }) });
    item.className = [trained ? "done" : "", day === today ? "today" : ""].join(" ").trim();
    item.setAttribute("aria-label", `${date.toLocaleDateString(LANGUAGE, { weekday: "long" })}: ${trained ? "trained" : "no training"}`);
    return item;
  }));
}

// Loads the days on which the chosen exercise was done, with their figures.
async function follow() {
  const name = byId("progress-exercise").value;
  if (!name) return;
  points = await ask(`/trend/${encodeURIComponent(name)}`);
  const known = Object.keys(SHOWN).filter((what) => points.some((point) => point[what] !== null)), what = byId("progress-what");
  fillSelect(what, known, known.includes(what.value) ? what.value : known[0], (one) => SHOWN[one]);
  draw();
}

const when = (one) => new Date(one.started_at).toLocaleString(LANGUAGE, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const title = (one) => one.title || one.exercises;

function row(one) {
  const named = `${title(one)}, ${when(one)}`, pick = element("input", { type: "checkbox", value: one.id });
  pick.setAttribute("aria-label", `Choose for comparing: ${named}`);
  pick.addEventListener("change", choose);
  const open = element("button", { className: "open", textContent: title(one) });
  open.setAttribute("aria-label", `Open ${named}`);
  open.addEventListener("click", () => busy(open, () => openSession(one.id)));
  const counted = Object.entries(one.totals).map(([name, count]) => some(count, name)).join(", ") || "no reps";
  const facts = [when(one), counted, one.sets.length > 1 ? one.sets.map((set) => set.reps).join(" · ") : "", length(one.length_s)].filter(Boolean);
  const out = element("button", { className: "plain-button", textContent: "Export" });
  out.setAttribute("aria-label", `Export ${named}`);
  out.addEventListener("click", () => busy(out, () => save(byId("export-form").value, one.id)));
  const drop = element("button", { className: "plain-button", textContent: "Delete" });
  drop.setAttribute("aria-label", `Delete ${named}`);
  drop.addEventListener("click", () => confirm(`Delete the session of ${when(one)}?`) && busy(drop, async () => {
    await ask("/sessions/" + one.id, { method: "DELETE" });
    await showHistory();
  }));
  return element("li", { className: "card" }, pick, element("div", {}, open, element("p", { className: "what", textContent: facts.join(" – ") })),
    element("div", { className: "row" }, out, drop));
}

// The ticked sessions, oldest first.
const chosen = () => [...byId("sessions").querySelectorAll("input:checked")].map((one) => Number(one.value)).reverse();

function choose() {
  byId("compare").disabled = chosen().length !== 2;
  byId("compare").title = chosen().length === 2 ? "" : "Tick two sessions first";
}

const length = (s) => (s < 60 ? `${Math.round(s)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s`);

export async function save(form, session) {
  const response = await fetch(`/api/export/${form}` + (session === undefined ? "" : `?session=${session}`));
  if (!response.ok) return say((await response.json()).detail, true);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition"))?.[1] ?? "fitness";
  saveBlob(await response.blob(), name);
  say(`Exported ${name}.`);
}

const UNITS = [[1, "day"], [WEEK_DAYS, "week"], [MONTH_DAYS, "month"], [365.25, "year"]];
const MOST_PLACES = 60; // more bars than this would be too thin to see

// One bar for each day, or for each week, month or year if bars of days would be too thin. Times without training stay empty.
function draw() {
  const what = byId("progress-what").value, box = byId("progress"), known = points.filter((point) => point[what] !== null);
  if (!known.length || byId("history-list").hidden) return;
  const at = (text) => Date.parse(text + "T00:00Z") / 1000, span = (at(known.at(-1).day) - at(known[0].day)) / DAY_S + 1;
  const [days, unit] = LINES.includes(what) ? UNITS[0] : UNITS.find(([each]) => span / each <= MOST_PLACES) ?? UNITS.at(-1);
  const places = new Map();
  for (const point of known) {
    const key = start(point.day, unit), before = places.get(key) ?? 0;
    places.set(key, ADDED.includes(what) ? before + point[what] : Math.max(before, point[what]));
  }
  const x = [...places.keys()].map(at), values = [...places.values()], label = SHOWN[what].replace(/day$/, unit);
  const least = WEEK_DAYS * days * DAY_S, from = Math.min(x[0], x.at(-1) - least);
  charts.draw(box, { kind: LINES.includes(what) ? "lines" : "bars", axis: "date", x, from, width_x: days * DAY_S, low: LINES.includes(what) ? undefined : 0,
    whole: !LINES.includes(what), unit: UNITS_OF[what] ?? "", x_label: unit[0].toUpperCase() + unit.slice(1), series: [{ label, colour: "c0", values, dots: true }] });
  byId("progress-note").textContent = unit === "day" ? "" : `One bar for each ${unit}.`;
  box.setAttribute("aria-label", `${label}: ` + [...places].map(([day, value]) => `${day} ${Number(value.toFixed(1))}`).join(", "));
}

// The first day of the week (Monday), month or year that `day` is in.
function start(day, unit) {
  const date = new Date(day + "T00:00Z");
  if (unit === "week") date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
  if (unit === "month") date.setUTCDate(1);
  if (unit === "year") date.setUTCMonth(0, 1);
  return date.toISOString().slice(0, 10);
}
