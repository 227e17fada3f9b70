// The plan builder: rows with exercise, sets, reps or seconds, and rest. The server gets the plan as one line of text.
import { byId, element, info, pretty, say } from "./common.js";

const list = byId("plan-rows");
let changed = () => {};

// onChange: called when the plan changes.
export function startPlan(onChange) {
  changed = onChange;
  byId("plan-add").addEventListener("click", () => { add(); changed(); });
  for (const mode of ["mode-free", "mode-plan"]) byId(mode).addEventListener("change", () => { show(); changed(); });
  byId("plan-repeat").addEventListener("click", () => { use(info.last_plan); changed(); say("The last workout's plan is loaded. Press Start camera."); });
  byId("plan-repeat").hidden = !info.last_plan;
  document.querySelector(".switch").hidden = !("last_plan" in info); // an older server knows no plans
  show();
}

const planned = () => byId("mode-plan").checked;

function show() {
  byId("free").hidden = planned();
  byId("plan").hidden = !planned();
  if (planned() && !list.children.length) add();
}

// A plan as text, such as "squat 3x8 rest 60, plank 3x45s"; null if none is chosen.
export function planText() {
  if (!planned() || !list.children.length) return null;
  return [...list.children].map((row) => {
    const at = (name) => row.querySelector(`[name=${name}]`).value;
    return `${at("exercise")} ${at("sets")}x${at("reps")}${at("unit") === "s" ? "s" : ""} rest ${at("rest") || 0}`;
  }).join(", ");
}

export function use(text) {
  const rows = (text ?? "").split(",").map((one) => /^\s*([a-z][a-z0-9-]*)\s+(?:(\d+)\s*[x×]\s*)?(\d+)\s*(s?)(?:\s+rest\s+(\d+))?/i.exec(one)).filter(Boolean);
  if (!rows.length) return;
  byId("mode-plan").checked = true;
  list.replaceChildren();
  for (const [, exercise, sets, reps, unit, rest] of rows) add({ exercise, sets: sets ?? 1, reps, unit: unit.toLowerCase(), rest: rest ?? 60 });
  show();
}

const HELD = /plank|hold|sit$/;

function add({ exercise, sets = 3, reps, unit, rest = 60 } = {}) {
  const names = info.exercises.filter((name) => name !== "auto" && name !== "any");
  const chosen = exercise ?? names.find((name) => ![...list.querySelectorAll("[name=exercise]")].some((one) => one.value === name)) ?? names[0];
  const held = unit === "s" || (unit === undefined && HELD.test(chosen));
  const number = list.children.length + 1;
  const field = (label, input) => element("label", {}, label, input);
  const numeric = (name, value, max, min = 1) => element("input", { name, type: "number", min, max, value, required: true });
  const what = element("select", { name: "exercise" }), measure = element("select", { name: "unit" });
  what.append(...names.map((name) => new Option(pretty(name), name, false, name === chosen)));
  measure.append(new Option("reps", "reps", false, !held), new Option("seconds", "s", false, held));
  what.addEventListener("change", () => { measure.value = HELD.test(what.value) ? "s" : "reps"; });
  const row = element("li", { className: "plan-row" });
  const move = (text, label, act) => {
    const button = element("button", { type: "button", textContent: text, title: label });
    button.setAttribute("aria-label", `${label}: exercise ${number}`);
    button.addEventListener("click", () => { act(); changed(); });
    return button;
  };
  row.append(field("Exercise", what), field("Sets", numeric("sets", sets, 100)), field("Each set", numeric("reps", reps ?? (held ? 30 : 10), 10000)),
    field("Counted in", measure), field("Rest, s", numeric("rest", rest, 3600, 0)),
    element("span", { className: "moves" }, move("↑", "Move up", () => row.previousElementSibling?.before(row)), move("×", "Remove", () => row.remove())));
  row.addEventListener("change", () => changed());
  list.append(row);
}
