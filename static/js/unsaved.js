// Asks before somebody leaves a form (<form data-unsaved>) in which they changed something and did not send it.
const changed = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-unsaved]")) changed.add(form);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) changed.delete(event.target);
});
window.addEventListener("beforeunload", (event) => {
  for (const form of changed) {
    if (form.isConnected) event.preventDefault();
  }
});
