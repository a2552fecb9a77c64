// @ts-check
// Many buttons, boxes or lines as one stop of the Tab key: within [data-roving] the arrow keys move from one to the next.
// In a line of text left, right, Home and End move within its words.
import { every, target } from "./elements.js";

/** @param {HTMLElement} group */
function within(group) {
  return every(group, "button, input, a[role=button]").filter((one) => one.closest("[data-roving]") === group);
}

/**
 * Makes one of them the stop: the one that has the focus, or the first that shows.
 * @param {HTMLElement} group
 */
export function rove(group) {
  const all = within(group);
  const shown = all.filter((one) => one.offsetParent);
  const stop = shown.find((one) => one === document.activeElement) ?? shown.find((one) => one.tabIndex === 0) ?? shown[0];
  for (const one of all) one.tabIndex = one === stop ? 0 : -1;
}

/** @type {Record<string, (at: number, count: number) => number>} */
const WAYS = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

document.addEventListener("keydown", (event) => {
  const group = target(event).closest("[data-roving]");
  const way = WAYS[event.key];
  const isInLine = target(event).matches("input[type=text]") && !["ArrowUp", "ArrowDown"].includes(event.key);
  if (!(group instanceof HTMLElement) || !way || isInLine || event.altKey || event.ctrlKey || event.metaKey) return;
  const shown = within(group).filter((one) => one.offsetParent);
  const at = shown.findIndex((one) => one === target(event));
  if (at < 0) return;
  event.preventDefault();
  shown[way(at, shown.length)].focus();
});
document.addEventListener("focusin", (event) => {
  const group = target(event).closest("[data-roving]");
  if (group instanceof HTMLElement && within(group).includes(/** @type {HTMLElement} */ (target(event)))) rove(group);
});
document.addEventListener("htmx:afterSwap", (event) => {
  for (const group of every(/** @type {HTMLElement} */ (target(event)), "[data-roving]")) rove(group);
});
for (const group of every(document, "[data-roving]")) rove(group);
