// @ts-check
// A title that the site suggests, until somebody writes their own.
import { field } from "../elements.js";

/**
 * Puts it into the form, unless its title is being written or was.
 * @param {HTMLFormElement} form
 * @param {string | undefined} title
 */
export function suggestTitle(form, title) {
  const box = field(form, "title");
  const isOurs = !box.value || box.value === box.dataset.suggested;
  if (!title || !isOurs || box.value === title || document.activeElement === box) return;
  box.value = box.dataset.suggested = title;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
