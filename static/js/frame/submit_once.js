// @ts-check
// A second press on a form's button while the first is on its way does nothing. The server would answer the same anyway.
import { every, target } from "../elements.js";

document.addEventListener("submit", (event) => {
  const form = target(event);
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Buttons are marked, not disabled: a disabled button's own name and value would not be sent.
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
});

// Coming back with the browser's back button, or after an answer that htmx put in place, the form is free again.
/** @param {ParentNode} root */
function release(root) {
  for (const form of every(root, "form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}
window.addEventListener("pageshow", () => release(document));
document.addEventListener("htmx:afterRequest", () => release(document));
