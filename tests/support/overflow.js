// What is wider than its box on the whole page: text that is cut off or runs over the edge of its card, and the page itself.
// Also buttons in one line whose texts are not at one height, and labels in one line whose first lines are not.
() => {
  const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.getClientRects().length > 0;
  const found = [], pen = document.createElement("canvas").getContext("2d");
  const tell = (what, node) => found.push([what, node.id || node.className || node.tagName, (node.value ?? node.textContent).trim().slice(0, 40)]);
  for (const node of document.querySelectorAll("main *, header *")) {
    if (!shown(node) || node.closest(".unseen, .skip, svg, .uplot")) continue;
    const style = getComputedStyle(node);
    if (node.tagName === "SELECT") {
      pen.font = style.font;
      const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16; // the arrow
      const text = node.selectedOptions[0]?.textContent ?? "";
      if (pen.measureText(text).width > room + 1) tell("cut off", node);
      continue;
    }
    if (/auto|scroll/.test(style.overflowX) || /inline/.test(style.display) && node.tagName !== "BUTTON" || node.tagName === "INPUT") continue;
    if (node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && !node.closest(".stage")) tell("too narrow", node);
  }
  for (const card of document.querySelectorAll(".card, .tile, dialog")) {
    if (!shown(card)) continue;
    const box = card.getBoundingClientRect(), words = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const parent = words.currentNode.parentElement;
      if (!words.currentNode.textContent.trim() || !shown(parent) || parent.closest(".unseen, .scroll, .uplot, option, .chart")) continue;
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      for (const rect of range.getClientRects()) {
        if (rect.right > box.right + 1.5 || rect.left < box.left - 1.5) { found.push(["over the edge", card.className, words.currentNode.textContent.trim().slice(0, 40)]); break; }
      }
    }
  }
  const height = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getClientRects()[0]?.top ?? 0;
  };
  for (const [kind, near] of [["button, a.button", "top"], ["label:not(.check)", "bottom"]]) {
    const nodes = [...document.querySelectorAll(`main :is(${kind})`)].filter((one) => shown(one) && !one.closest(".stage, .sessions"));
    for (const one of nodes) {
      const other = one.nextElementSibling;
      if (!nodes.includes(other) || Math.abs(one.getBoundingClientRect()[near] - other.getBoundingClientRect()[near]) > 1) continue;
      if (Math.abs(height(one) - height(other)) > 1) tell("not at the height of its neighbour", one);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push(["wider than the screen", "", String(document.documentElement.scrollWidth)]);
  return found;
}
