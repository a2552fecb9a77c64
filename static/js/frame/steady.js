// @ts-check
// A part that arrives above what somebody is at must not move it from under their finger: the page scrolls by as much as the
// part grew. Chromium and Firefox do so only below the top of a page, Safari never.

/** @type {{ at: Element, top: number } | null} */
let held = null;

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const at = document.activeElement;
  held = null;
  if (!at || at === document.body || target.contains(at)) return;
  if (!(target.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING)) return;
  const { top, bottom } = at.getBoundingClientRect();
  if (bottom > 0 && top < innerHeight) held = { at, top };
});

document.addEventListener("htmx:afterSwap", () => {
  if (!held?.at.isConnected) return;
  scrollBy({ top: held.at.getBoundingClientRect().top - held.top, behavior: "instant" });
});
