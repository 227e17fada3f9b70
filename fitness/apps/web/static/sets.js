// The sets of a workout in words.
import { byId, element, percent, some } from "./common.js";

const between = (least, most) => (least === most ? least : `${least} to ${most}`);

// Each set as a list item: what was done, then what is known of it.
export function words(sets) {
  return sets.map((one) => {
    const hand = one.corrected ? ` (${one.corrected > 0 ? "+" : ""}${one.corrected} by hand)` : "", facts = [];
    if (one.tempo_s !== null) {
      const range = between(one.fastest_s.toFixed(1), one.slowest_s.toFixed(1));
      facts.push(`${one.tempo_s.toFixed(1)} s a rep` + (one.reps > 1 ? ` (${range})` : ""));
    }
    if (one.depth_least !== null) facts.push("depth " + between(percent(one.depth_least), percent(one.depth_most)));
    if (one.left + one.right) facts.push(`left ${one.left}, right ${one.right}`);
    return element("li", {}, element("b", { textContent: `Set ${one.number}: ${some(one.reps, one.exercise ?? "rep")}${hand}` }),
      element("span", { className: "small", textContent: facts.join(" · ") }));
  });
}

// The sets that are done, below the training screen.
export function summarise(sets, title) {
  const box = byId("summary"), text = title + JSON.stringify(sets);
  box.hidden = !sets.length;
  if (box.dataset.text === text) return;
  box.dataset.text = text;
  box.replaceChildren(element("h3", { textContent: title }), element("ol", { className: "sets" }, ...words(sets)));
}
