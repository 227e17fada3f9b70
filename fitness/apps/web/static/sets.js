// The sets of a workout in words.
import { byId, element, percent, some } from "./common.js";

const between = (least, most) => (least === most ? least : `${least} to ${most}`);

// A set in words: what was done, then what is known of it.
export function summarise(sets, title) {
  const box = byId("summary"), text = title + JSON.stringify(sets);
  box.hidden = !sets.length;
  if (box.dataset.text === text) return;
  box.dataset.text = text;
  const lines = sets.map((one) => {
    const hand = one.corrected ? ` (${one.corrected > 0 ? "+" : ""}${one.corrected} by hand)` : "", facts = [];
    if (one.tempo_s !== null) {
      const range = between(one.fastest_s.toFixed(1), one.slowest_s.toFixed(1));
      facts.push(`${one.tempo_s.toFixed(1)} s a rep` + (one.reps > 1 ? ` (${range})` : ""));
    }
    if (one.depth_least !== null) facts.push("depth " + between(percent(one.depth_least), percent(one.depth_most)));
    if (one.slowdown !== null) facts.push(`at the end ${percent(Math.abs(one.slowdown))} ${one.slowdown >= 0 ? "slower" : "faster"}`);
    if (one.speed_loss !== null) facts.push(`speed lost ${percent(one.speed_loss)}`);
    if (one.left + one.right) facts.push(`left ${one.left}, right ${one.right}`);
    return element("li", {}, element("b", { textContent: `Set ${one.number}: ${some(one.reps, one.exercise ?? "rep")}${hand}` }),
      element("span", { className: "small", textContent: facts.join(" · ") }));
  });
  box.replaceChildren(element("h3", { textContent: title }), element("ol", { className: "sets" }, ...lines));
}
