// Stored sessions, progress of one exercise, export.
import { ask, byId, colour, element, fillSelect, pretty, say } from "./common.js";

let progress = {}, ready = false;

export async function showHistory() {
  if (!ready) {
    ready = true;
    byId("progress-exercise").addEventListener("change", draw);
    byId("export").addEventListener("click", () => save(byId("export-form").value));
  }
  const [sessions, found] = await Promise.all([ask("/sessions"), ask("/progress")]);
  progress = found;
  fillSelect(byId("progress-exercise"), Object.keys(progress), byId("progress-exercise").value);
  byId("no-sessions").hidden = sessions.length > 0;
  byId("sessions").hidden = byId("progress").hidden = !sessions.length;
  byId("sessions").tBodies[0].replaceChildren(...sessions.map(row));
  draw();
}

function row(one) {
  const reps = Object.entries(one.totals).map(([name, count]) => `${count} ${pretty(name).toLowerCase()}`).join(", ") || "none";
  const sets = one.sets.map((set) => set.reps).join(" · ");
  const button = element("button", { textContent: "Delete" });
  button.setAttribute("aria-label", `Delete session ${one.name} of ${one.started_at}`);
  button.addEventListener("click", async () => {
    if (!confirm(`Delete the session of ${new Date(one.started_at).toLocaleString()}?`)) return;
    await ask("/sessions/" + one.id, { method: "DELETE" }).catch((error) => say(error.message, true));
    showHistory();
  });
  const cells = [new Date(one.started_at).toLocaleString(), one.name, reps, sets, `${Math.round(one.length_s)} s`];
  return element("tr", {}, ...cells.map((text) => element("td", { textContent: text })), element("td", {}, button));
}

async function save(form) {
  const response = await fetch("/api/export/" + form);
  if (!response.ok) return say((await response.json()).detail, true);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition"))?.[1] ?? "fitness";
  const link = element("a", { href: URL.createObjectURL(await response.blob()), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  say(`Exported ${name}.`);
}

function draw() {
  const canvas = byId("progress"), context = canvas.getContext("2d"), { width, height } = canvas;
  const points = progress[byId("progress-exercise").value] ?? [];
  context.clearRect(0, 0, width, height);
  const most = Math.max(1, ...points.map((point) => point.reps)), step = width / Math.max(points.length, 6);
  context.font = "13px system-ui";
  points.forEach((point, i) => {
    const tall = point.reps / most * (height - 60), left = i * step + step * 0.2;
    context.fillStyle = colour("accent");
    context.fillRect(left, height - 25 - tall, step * 0.6, tall);
    context.fillStyle = colour("text");
    context.fillText(point.reps, left, height - 30 - tall);
    context.fillText(point.day.slice(5), left, height - 8);
  });
  canvas.setAttribute("aria-label", "Reps a day: " + points.map((point) => `${point.day} ${point.reps}`).join(", "));
}
