// Stored sessions, progress of one exercise, export.
import { keepDrawn, rule, sheet, ticks, words } from "./charts.js";
import { ask, byId, colour, element, fillSelect, info, say, some } from "./common.js";

let progress = {}, ready = false;

export async function showHistory() {
  if (!ready) {
    ready = true;
    byId("progress-exercise").addEventListener("change", draw);
    byId("progress-what").addEventListener("change", draw);
    byId("export").addEventListener("click", () => save(byId("export-form").value));
    keepDrawn(byId("progress"), draw);
  }
  const [sessions, found] = await Promise.all([ask("/sessions"), ask("/progress")]);
  progress = found;
  const names = Object.keys(progress).sort((a, b) => reps(b) - reps(a));
  fillSelect(byId("progress-exercise"), names, byId("progress-exercise").value || names[0]);
  byId("no-sessions").hidden = sessions.length > 0 || !info.history;
  byId("no-store").hidden = info.history;
  byId("history-rest").hidden = byId("figures").hidden = !sessions.length;
  byId("sessions").tBodies[0].replaceChildren(...sessions.map(row));
  figures(sessions);
  draw();
}

const reps = (name) => progress[name].reduce((sum, point) => sum + point.reps, 0);

function figures(sessions) {
  const week = Date.now() - 7 * 86400e3, recent = sessions.filter((one) => new Date(one.started_at) >= week);
  const sum = (list) => list.flatMap((one) => Object.values(one.totals)).reduce((a, b) => a + b, 0);
  const days = new Set(Object.values(progress).flat().map((point) => point.day)).size;
  const rows = [[sum(recent), "reps in the last 7 days"], [recent.length, "sessions in the last 7 days"], [sum(sessions), "reps in all"],
    [days, days === 1 ? "day of training" : "days of training"]];
  byId("figures").replaceChildren(...rows.map(([number, text]) =>
    element("div", { className: "card" }, element("b", { textContent: number.toLocaleString() }), element("span", { textContent: text }))));
}

function row(one) {
  const counted = Object.entries(one.totals).map(([name, count]) => some(count, name)).join(", ") || "none";
  const sets = one.sets.map((set) => set.reps).join(" · "), when = new Date(one.started_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const out = element("button", { className: "plain-button", textContent: "Export" });
  out.setAttribute("aria-label", `Export session ${one.name} of ${when}`);
  out.addEventListener("click", () => save(byId("export-form").value, one.id));
  const drop = element("button", { className: "plain-button", textContent: "Delete" });
  drop.setAttribute("aria-label", `Delete session ${one.name} of ${when}`);
  drop.addEventListener("click", async () => {
    if (!confirm(`Delete the session of ${when}?`)) return;
    await ask("/sessions/" + one.id, { method: "DELETE" }).catch((error) => say(error.message, true));
    showHistory();
  });
  const cells = [when, one.name, counted, sets, length(one.length_s)].map((text) => element("td", { textContent: text }));
  return element("tr", {}, ...cells, element("td", {}, element("div", { className: "row" }, out, drop)));
}

const length = (s) => (s < 60 ? `${Math.round(s)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s`);

async function save(form, session) {
  const response = await fetch(`/api/export/${form}` + (session === undefined ? "" : `?session=${session}`));
  if (!response.ok) return say((await response.json()).detail, true);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition"))?.[1] ?? "fitness";
  const link = element("a", { href: URL.createObjectURL(await response.blob()), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  say(`Exported ${name}.`);
}

// One bar a day on a true time axis that ends today, so that weeks without training are seen.
function draw() {
  const canvas = byId("progress"), points = progress[byId("progress-exercise").value] ?? [];
  if (!canvas.clientWidth || !points.length) return;
  const { context, width, height } = sheet(canvas), what = byId("progress-what").value, low = height - 26, left = 40;
  const day = (text) => Date.parse(text) / 86400e3, today = Math.floor((Date.now() - new Date().getTimezoneOffset() * 6e4) / 86400e3);
  const last = Math.max(today, day(points.at(-1).day)), first = Math.min(day(points[0].day), last - 6), span = last - first + 1;
  const most = Math.max(4, ...points.map((point) => point[what])), step = (width - left - 8) / span, bar = Math.max(2, Math.min(36, step * 0.7));
  const y = (value) => low - value / most * (low - 26);
  for (const value of ticks(most, 4)) {
    rule(context, left, y(value), width - 8, y(value));
    words(context, Math.round(value), left - 6, y(value) + 4, { align: "right" });
  }
  let free = -1, freeAbove = -1;
  for (const point of points) {
    const middle = left + (day(point.day) - first + 0.5) * step, top = y(point[what]);
    context.fillStyle = colour("accent");
    context.beginPath();
    context.roundRect(middle - bar / 2, top, bar, low - top, [Math.min(5, bar / 2), Math.min(5, bar / 2), 0, 0]);
    context.fill();
    if (middle - 14 > freeAbove) {
      words(context, point[what], middle, top - 6, { align: "center", style: colour("text"), font: "600 13px system-ui, sans-serif" });
      freeAbove = middle + 14;
    }
    if (middle - 24 > free) {
      const text = new Date(point.day + "T12:00").toLocaleDateString([], { month: "short", day: "numeric" });
      words(context, text, Math.max(middle, left + 18), height - 7, { align: "center" });
      free = middle + 28;
    }
  }
  const said = byId("progress-what").selectedOptions[0].textContent;
  canvas.setAttribute("aria-label", `${said}: ` + points.map((point) => `${point.day} ${point[what]}`).join(", "));
}
