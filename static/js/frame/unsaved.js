// @ts-check
// Asks before somebody leaves a form (<form data-unsaved>) in which they changed something and did not send it.
import { target } from "../elements.js";

/** @type {Set<Element>} */
const changed = new Set();

document.addEventListener("input", (event) => {
  // What has no name, such as a box that narrows a list, is not sent either.
  const input = /** @type {HTMLInputElement} */ (target(event));
  if (input.name && input.form?.matches("[data-unsaved]")) changed.add(input.form);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) changed.delete(target(event));
});
// A form that saves itself says when everything in it is kept.
document.addEventListener("draft-saved", (event) => changed.delete(target(event)));
window.addEventListener("beforeunload", (event) => {
  for (const form of changed) {
    if (form.isConnected) event.preventDefault();
  }
});
