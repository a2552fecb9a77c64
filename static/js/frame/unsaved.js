// Asks before somebody leaves a form (<form data-unsaved>) in which they changed something and did not send it.
const changed = new Set();

document.addEventListener("input", (event) => {
  // What has no name, such as a box that narrows a list, is not sent either.
  const { form, name } = event.target;
  if (name && form?.matches("[data-unsaved]")) changed.add(form);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) changed.delete(event.target);
});
// A form that saves itself says when everything in it is kept.
document.addEventListener("draft-saved", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  for (const form of changed) {
    if (form.isConnected) event.preventDefault();
  }
});
