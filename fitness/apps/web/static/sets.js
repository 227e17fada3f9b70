// The sets of a workout in words. Titles and figures come ready from the server, so that all screens say the same.
import { byId, element } from "./common.js";

// Each set as a list item: what was done, then what is known of it.
export const words = (sets) => sets.map((one) => element("li", {}, element("b", { textContent: one.title }),
  element("span", { className: "small", textContent: one.rows.map(([name, value]) => `${name} ${value}`).join(" · ") })));

// The sets that are done, below the training screen.
export function summarise(sets, title) {
  const box = byId("summary"), text = title + JSON.stringify(sets);
  box.hidden = !sets.length;
  if (box.dataset.text === text) return;
  box.dataset.text = text;
  box.replaceChildren(element("h3", { textContent: title }), element("ol", { className: "sets" }, ...words(sets)));
}
