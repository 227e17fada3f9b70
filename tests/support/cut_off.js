// What a reader cannot see whole: texts outside their cards, cards outside the screen, numbers over the ring.
() => {
  const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.getClientRects().length > 0;
  const inside = (a, b) => a.left >= b.left - 1.5 && a.top >= b.top - 1.5 && a.right <= b.right + 1.5 && a.bottom <= b.bottom + 1.5;
  const around = (node) => { const range = document.createRange(); range.selectNodeContents(node); return range; };
  const stage = document.getElementById("stage").getBoundingClientRect(), found = [];
  const cards = ".column, .set-card, .line, .controls, .dial, #setup, #finish .marks li, .controls button";
  for (const card of document.querySelectorAll(cards)) {
    if (!shown(card)) continue;
    const name = card.id || card.className, box = card.getBoundingClientRect();
    const scrolls = getComputedStyle(card).overflowY === "auto";
    if (!inside(box, stage) && !card.closest("#finish")) found.push(["off the screen", name, card.textContent.trim().slice(0, 30)]);
    if (card.scrollWidth > card.clientWidth + 1) found.push(["too narrow", name, card.scrollWidth, card.clientWidth]);
    if (scrolls) continue;
    const words = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const { textContent: text, parentElement: parent } = words.currentNode;
      if (!text.trim() || !shown(parent) || parent.closest(".unseen")) continue;
      for (const rect of around(words.currentNode).getClientRects()) {
        if (!inside(rect, box)) found.push(["cut off", text, name]);
      }
    }
  }
  const dial = document.querySelector(".dial").getBoundingClientRect(), middle = dial.left + dial.width / 2;
  for (const id of ["word", "reps", "clock", "of"]) {
    const one = document.getElementById(id);
    if (!shown(one) || !one.textContent) continue;
    const { left, right } = around(one).getBoundingClientRect();
    if (Math.max(middle - left, right - middle) > dial.width * 0.425) found.push(["over the ring", id, one.textContent]);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push(["wider than the screen"]);
  return found;
}
