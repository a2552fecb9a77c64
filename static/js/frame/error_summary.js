// Brings the summary of what was wrong with a form into focus, when the page arrives with one or htmx brings it.
function focusSummary(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

focusSummary(document);
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
