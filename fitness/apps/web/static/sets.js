// Lists the sets of a workout. The server makes titles and figures, so all screens show the same.
import { byId, element } from "./common.js";

// Each set as a list item: its title, then its figures.
export const words = (sets) => sets.map((one) => element("li", {}, element("b", { textContent: one.title }),
  element("span", { className: "small", textContent: one.rows.map(([name, value]) => `${name} ${value}`).join(" · ") })));

// Finished sets, below the training screen.
export function summarise(sets, title) {
  const box = byId("summary"), text = title + JSON.stringify(sets);
  box.hidden = !sets.length;
  if (box.dataset.text === text) return;
  box.dataset.text = text;
  box.replaceChildren(element("h3", { textContent: title }), element("ol", { className: "sets" }, ...words(sets)));
}
