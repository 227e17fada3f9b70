// The plan builder: one row for each exercise. The server reads and checks plans, which are one line of text.
import { ask, byId, element, info, pretty, say } from "./common.js";

const list = byId("plan-rows");
let changed = () => {};

// onChange: called when the plan changes.
export function startPlan(onChange) {
  changed = onChange;
  byId("plan-add").addEventListener("click", () => { add(); changed(); });
  for (const mode of ["mode-free", "mode-plan"]) byId(mode).addEventListener("change", () => { show(); changed(); });
  byId("plan-repeat").addEventListener("click", async () => {
    if (!await use(info.last_plan)) return;
    changed();
    say("The last workout's plan is loaded. Press Start camera.");
  });
  byId("plan-repeat").hidden = !info.last_plan;
  show();
}

const planned = () => byId("mode-plan").checked;

function show() {
  byId("free").hidden = planned();
  byId("plan").hidden = !planned();
  if (planned() && !list.children.length) add();
}

// A plan as text, such as "squat 3x8 @ 40kg rest 60, plank 3x45s"; null if none is chosen.
export function planText() {
  if (!planned() || !list.children.length) return null;
  return [...list.children].map((row) => {
    const at = (name) => row.querySelector(`[name=${name}]`).value, unit = held(at("exercise")) ? "s" : "", weight = at("weight");
    return `${at("exercise")} ${at("sets")}x${at("reps")}${unit}${weight ? ` @ ${weight}kg` : ""} rest ${at("rest") || 0}`;
  }).join(", ");
}

// Fills the builder with a plan in text. If the text is no plan, a message says why; returns whether it is one.
export async function use(text) {
  let items;
  try {
    ({ items } = await ask("/plan?" + new URLSearchParams({ text })));
  } catch (error) {
    say(error.message, true);
    return false;
  }
  byId("mode-plan").checked = true;
  list.replaceChildren();
  for (const { exercise, sets, amount, rest_s, weight_kg } of items) add({ exercise, sets, reps: amount, rest: rest_s ?? undefined, weight: weight_kg ?? "" });
  show();
  return true;
}

const held = (name) => info.held.includes(name), usual = (name) => (held(name) ? 30 : 10);

function add({ exercise, sets = 3, reps, rest = 60, weight = "" } = {}) {
  const names = info.exercises.filter((name) => name !== "auto" && name !== "any");
  const chosen = exercise ?? names.find((name) => ![...list.querySelectorAll("[name=exercise]")].some((one) => one.value === name)) ?? names[0];
  const number = list.children.length + 1;
  const field = (label, input) => element("label", {}, label, input);
  const numeric = (name, value, max, more = {}) => element("input", { name, type: "number", min: 1, max, value, required: true, ...more });
  const what = element("select", { name: "exercise" }, ...names.map((name) => new Option(pretty(name), name, false, name === chosen)));
  const unit = element("span"), amount = numeric("reps", reps ?? usual(chosen), 10000), tell = () => { unit.textContent = held(what.value) ? "Seconds" : "Reps"; };
  let before = chosen;
  what.addEventListener("change", () => {
    if (held(what.value) !== held(before)) amount.value = usual(what.value);
    before = what.value;
    tell();
  });
  tell();
  const row = element("li", { className: "plan-row" });
  const move = (text, label, act) => {
    const button = element("button", { type: "button", textContent: text, title: label });
    button.setAttribute("aria-label", `${label}: exercise ${number}`);
    button.addEventListener("click", () => { act(); changed(); });
    return button;
  };
  row.append(field("Exercise", what), field("Sets", numeric("sets", sets, 100)), field(unit, amount),
    field("Weight, kg", numeric("weight", weight, 4095, { min: 0, step: "any", required: false, placeholder: "–" })), field("Rest, s", numeric("rest", rest, 3600, { min: 0, step: "any" })),
    element("span", { className: "moves" }, move("↑", "Move up", () => row.previousElementSibling?.before(row)), move("×", "Remove", () => row.remove())));
  row.addEventListener("change", () => changed());
  list.append(row);
}
