// Before somebody signs out, asks about unsaved words of evidence forms on this device. Stands before offline_sign_out.js,
// which asks about unsent pieces and then takes all off the device; where that has no store to read, it is done here.
import { dropAll, everything } from "./device_copy.js";

const isSignOut = (form) => form.getAttribute("action")?.endsWith("/account/logout/");

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
    if (!isSignOut(event.target) || !everything().length) return;
    if (window.confirm("Some words on this device are not saved yet. Sign out and lose them?")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
// Where nobody else asks something first.
document.addEventListener("submit", (event) => {
  if (isSignOut(event.target) && !event.defaultPrevented) clear();
});
document.addEventListener("craftmark:leaving", clear);
