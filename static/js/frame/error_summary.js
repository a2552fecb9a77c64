// @ts-check
// Brings the summary of what was wrong with a form into focus, when the page arrives with one or htmx brings it.
import { first, target } from "../elements.js";

/** @param {ParentNode} root */
function focusSummary(root) {
  first(root, "[data-error-summary]")?.focus();
}

focusSummary(document);
document.addEventListener("htmx:afterSwap", (event) => focusSummary(target(event)));
