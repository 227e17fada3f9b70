// Stored sessions: figures of the week, progress of one exercise, records, the list, and export.
import { ask, byId, busy, element, fillSelect, info, pretty, say, some } from "./common.js";
import { saveBlob } from "./download.js";
import { openComparison, openSession, startSession } from "./session.js";

const DAY_S = 86400, WEEK_DAYS = 7, MONTH_DAYS = 30.44;
let progress = {};

export function startHistory() {
  byId("progress-exercise").addEventListener("change", draw);
  byId("progress-what").addEventListener("change", draw);
  byId("export").addEventListener("click", () => save(byId("export-form").value));
  byId("compare").addEventListener("click", () => busy(byId("compare"), () => openComparison(chosen())).then(choose));
  startSession(showHistory);
}

export async function showHistory() {
  byId("history-list").hidden = false;
  byId("session").hidden = true;
  const [sessions, found] = await Promise.all([ask("/sessions"), ask("/progress")]);
  progress = found;
  const names = Object.keys(progress).sort((a, b) => reps(b) - reps(a));
  fillSelect(byId("progress-exercise"), names, byId("progress-exercise").value || names[0], pretty);
  byId("no-sessions").hidden = sessions.length > 0 || !info.history;
  byId("no-store").hidden = info.history;
  byId("history-rest").hidden = byId("figures").hidden = !sessions.length;
  byId("sessions").replaceChildren(...sessions.map(row));
  choose();
  figures(sessions);
  draw();
}

const reps = (name) => progress[name].reduce((sum, point) => sum + point.reps, 0);

function figures(sessions) {
  const week = Date.now() - WEEK_DAYS * DAY_S * 1000, recent = sessions.filter((one) => new Date(one.started_at) >= week);
  const sum = (list) => list.flatMap((one) => Object.values(one.totals)).reduce((a, b) => a + b, 0);
  const days = new Set(Object.values(progress).flat().map((point) => point.day)).size;
  const tiles = [[sum(recent), "reps in the last 7 days"], [recent.length, `${recent.length === 1 ? "session" : "sessions"} in the last 7 days`],
    [sum(sessions), "reps in all"], [days, days === 1 ? "day of training" : "days of training"]];
  byId("figures").replaceChildren(...tiles.map(([number, text]) =>
    element("li", { className: "tile" }, element("b", { textContent: number.toLocaleString() }), element("span", { textContent: text }))));
}

const when = (one) => new Date(one.started_at).toLocaleString([], { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
export const title = (one) => one.title || Object.keys(one.totals).map(pretty).join(", ") || "Nothing counted";

function row(one) {
  const named = `${title(one)}, ${when(one)}`, pick = element("input", { type: "checkbox", value: one.id });
  pick.setAttribute("aria-label", `Choose for comparing: ${named}`);
  pick.addEventListener("change", choose);
  const open = element("button", { className: "open", textContent: title(one) });
  open.setAttribute("aria-label", `Open ${named}`);
  open.addEventListener("click", () => busy(open, () => openSession(one.id)));
  const counted = Object.entries(one.totals).map(([name, count]) => some(count, name)).join(", ") || "nothing counted";
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

const chosen = () => [...byId("sessions").querySelectorAll("input:checked")].map((one) => Number(one.value));

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

// One bar a day; a week, a month or a year where days would be too thin. Times without training stay empty.
function draw() {
  const points = progress[byId("progress-exercise").value] ?? [], what = byId("progress-what"), box = byId("progress");
  if (!points.length || byId("history-list").hidden) return;
  const at = (text) => Date.parse(text + "T00:00Z") / 1000, span = (at(points.at(-1).day) - at(points[0].day)) / DAY_S + 1;
  const [days, unit] = UNITS.find(([each]) => span / each <= MOST_PLACES) ?? UNITS.at(-1);
  const places = new Map();
  for (const point of points) {
    const key = start(point.day, unit), value = point[what.value], before = places.get(key);
    places.set(key, before === undefined ? value : what.value === "best" ? Math.max(before, value) : before + value);
  }
  const x = [...places.keys()].map(at), label = what.selectedOptions[0].textContent.replace(/day$/, unit);
  const least = 7 * days * DAY_S, from = Math.min(x[0], x.at(-1) - least), values = [...places.values()];
  charts.draw(box, { kind: "bars", axis: "date", x, from, width_x: days * DAY_S, low: 0, whole: true, x_label: unit[0].toUpperCase() + unit.slice(1),
    series: [{ label, colour: "c0", values }] });
  byId("progress-note").textContent = unit === "day" ? "" : `One bar a ${unit}, as the days lie far apart.`;
  box.setAttribute("aria-label", `${label}: ` + [...places].map(([day, value]) => `${day} ${value}`).join(", "));
}

// The first day of the week (Monday), month or year that `day` is in.
function start(day, unit) {
  const date = new Date(day + "T00:00Z");
  if (unit === "week") date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
  if (unit === "month") date.setUTCDate(1);
  if (unit === "year") date.setUTCMonth(0, 1);
  return date.toISOString().slice(0, 10);
}
