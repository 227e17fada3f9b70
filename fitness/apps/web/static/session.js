// Shows a stored session: its report, and fields for name, note, and each set's reps, weight, RPE, kind and note.
import { ask, byId, busy, element, pretty, say } from "./common.js";
import { save } from "./history.js";

const KINDS = { normal: "working set", warmup: "warm-up", dropset: "drop set", failure: "to failure" };
let back = () => {};

export function startSession(showList) {
  back = showList;
}

// Loads HTML that the server made from a template. It has no scripts, and the page's policy would not run them.
async function fragment(path) {
  const response = await fetch("/api" + path);
  if (!response.ok) throw new Error((await response.json()).detail);
  const box = element("div", { className: "report" });
  box.innerHTML = await response.text();
  return box;
}

function show(...parts) {
  byId("history-list").hidden = true;
  byId("session").hidden = false;
  byId("session").replaceChildren(...parts);
  charts.drawAll(byId("session"));
  say(""); // "Saved." was about the session before
  scrollTo(0, 0);
}

function head(text, ...buttons) {
  const leave = element("button", { textContent: "← All sessions" });
  leave.addEventListener("click", () => back().then(() => byId("compare").focus()).catch((error) => say(error.message, true)));
  const name = element("h2", { textContent: text, tabIndex: -1 });
  return [element("div", { className: "session-head" }, leave, name, ...buttons), name];
}

export async function openSession(id) {
  const [one, report] = await Promise.all([ask(`/sessions/${id}`), fragment(`/sessions/${id}/report?part=body`)]);
  const whole = element("a", { className: "button", href: `/api/sessions/${id}/report`, target: "_blank", rel: "noopener", textContent: "Report to print or keep" });
  const out = element("button", { textContent: "Export" });
  out.addEventListener("click", () => busy(out, () => save(byId("export-form").value, id)));
  const [line, name] = head(one.name, whole, out);
  const film = one.video ? [element("video", { className: "card film", src: `/api/sessions/${id}/video`, controls: true, playsInline: true, preload: "metadata", ariaLabel: "The annotated video" })] : [];
  show(line, ...film, editor(one, report, name), report);
  name.focus();
}

export async function openComparison([one, other]) {
  const report = await fragment(`/compare?one=${one}&other=${other}`);
  const [line, name] = head("Two sessions side by side");
  show(line, report);
  name.focus();
}

// A field is saved when it loses the focus. After an error, a message says what is wrong and the old value returns.
function editor(one, report, name) {
  const title = element("input", { type: "text", value: one.title, placeholder: one.heading, maxLength: 200 });
  const note = element("textarea", { value: one.note, rows: 2, maxLength: 5000 });
  const keep = async (field, body) => {
    try {
      const now = await ask(`/sessions/${one.id}`, { method: "PATCH", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
      name.textContent = now.name;
      say("Saved.");
    } catch (error) { say(error.message, true); }
  };
  title.addEventListener("change", () => keep(title, { title: title.value.trim() }));
  note.addEventListener("change", () => keep(note, { note: note.value }));
  const heads = ["Set", "Exercise", "Reps", "Weight, kg", "RPE", "Kind", "Note"].map((text) => element("th", { textContent: text }));
  const rows = one.sets.map((set) => setRow(one, set, report));
  return element("section", { className: "card edit", ariaLabel: "Your notes and corrections" },
    element("div", { className: "fields" }, element("label", {}, "Name ", title), element("label", {}, "Note ", note)),
    ...(rows.length ? [element("div", { className: "scroll" }, element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)))] : []));
}

function setRow(session, set, report) {
  const field = (name, label, properties) => {
    const input = element("input", { value: set[name] ?? "", ...properties });
    input.setAttribute("aria-label", `${label} of set ${set.set}, ${pretty(set.exercise)}`);
    input.addEventListener("change", () => change(input, name));
    return input;
  };
  const counted = element("span", { className: "changed" });
  const tell = () => { counted.textContent = set.reps === set.counted ? "" : `${set.counted} counted`; };
  async function change(input, name) {
    if (!input.checkValidity()) { input.reportValidity(); return; }
    const text = input.value.trim(), value = input.type === "number" ? (text === "" ? -1 : Number(text)) : text;
    try {
      const now = await ask(`/sessions/${session.id}/sets/${set.set}`, { method: "PATCH", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ exercise: set.exercise, [name]: value }) });
      Object.assign(set, now);
      tell();
      say("Saved.");
      const fresh = await fragment(`/sessions/${session.id}/report?part=body`);
      report.replaceChildren(...fresh.childNodes);
      charts.drawAll(report);
    } catch (error) {
      input.value = set[name] ?? "";
      say(error.message, true);
    }
  }
  const kind = element("select", {}, ...Object.entries(KINDS).map(([value, text]) => new Option(text, value, false, value === set.kind)));
  kind.setAttribute("aria-label", `Kind of set ${set.set}, ${pretty(set.exercise)}`);
  kind.addEventListener("change", () => change(kind, "kind"));
  tell();
  const cell = (name, ...inside) => {
    const made = element("td", {}, ...inside);
    made.dataset.name = name; // shown above the field on phones, which have no room for the table's head
    return made;
  };
  return element("tr", {}, cell("Set", String(set.set)), cell("Exercise", pretty(set.exercise)),
    cell("Reps", field("reps", "Reps", { type: "number", min: 0, max: 10000, required: true }), counted),
    cell("Weight, kg", field("weight_kg", "Weight in kg", { type: "number", min: 0, max: 4095, step: "any" })),
    cell("RPE", field("rpe", "RPE", { type: "number", min: 1, max: 10, step: 0.5 })), cell("Kind", kind),
    cell("Note", field("note", "Note", { type: "text", maxLength: 1000 })));
}
