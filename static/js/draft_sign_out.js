// Before somebody signs out, takes unsaved words of evidence forms off this device; asks first if there are any.
import { drop, everything } from "./device_copy.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.getAttribute("action")?.endsWith("/account/logout/")) return;
  const copies = everything();
  if (copies.length && !window.confirm("Some words on this device are not saved yet. Sign out and lose them?")) {
    event.preventDefault();
    return;
  }
  for (const copy of copies) drop(copy.key);
});
