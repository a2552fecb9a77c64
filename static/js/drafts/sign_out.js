// @ts-check
// Before somebody signs out, asks about unsaved words on this device. Stands before offline/sign_out.js,
// which asks about unsent pieces and then takes all off the device; where that has no store to read, it is done here.
import { first, target } from "../elements.js";
import { words } from "../words.js";
import { dropAll, everything } from "./device_copy.js";

// The question before signing out, which is on every page of somebody who is signed in.
const dialog = first(document, "[data-sign-out]");
const isSignOut = (/** @type {Element} */ form) => form.getAttribute("action") === dialog?.dataset.signOut;

function clear() {
  dropAll();
  try {
    indexedDB.deleteDatabase("craftmark-uploads");
  } catch {
    // A browser that gives no store has kept none.
  }
}

document.addEventListener(
  "submit",
  (event) => {
    if (!dialog || !isSignOut(target(event)) || !everything().length) return;
    if (window.confirm(words(dialog, "unsaved"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
// Where nobody else asks something first.
document.addEventListener("submit", (event) => {
  if (isSignOut(target(event)) && !event.defaultPrevented) clear();
});
document.addEventListener("craftmark:leaving", clear);
