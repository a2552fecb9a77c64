// @ts-check
// Closes an open menu (a <details data-menu>) by Escape or a press elsewhere. Without this it closes by its own button.
import { every, target, the } from "../elements.js";

const openMenus = () => every(document, "details[data-menu][open]", HTMLDetailsElement);

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(target(event))) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    the(menu, "summary").focus();
  }
});
