// @ts-check
// Before somebody signs out, takes their things off this device; asks first about what is unsent.
import { first, target, the } from "../elements.js";
import { words } from "../words.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

/**
 * @param {string} who
 * @param {HTMLDialogElement} dialog
 */
function start(who, dialog) {
  /** @param {HTMLFormElement} form */
  async function leave(form) {
    try {
      const isShared = await offlineStore.hasOthersPieces(who);
      await offlineStore.clear(who);
      // Lets the server tell the browser to empty its store for this site as well, unless somebody else's work is in it.
      if (!isShared) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "device", value: "clear" }));
    } finally {
      form.submit();
    }
  }

  /** @param {HTMLFormElement} form */
  async function ask(form) {
    const unsent = await offlineStore.pieces(who);
    if (!unsent.length) return leave(form);
    const list = the(dialog, "[data-unsent]");
    list.replaceChildren(
      ...unsent.map((piece) => {
        const row = document.createElement("li");
        row.textContent = piece.title || words(dialog, "untitled");
        return row;
      }),
    );
    const said = the(dialog, "[data-said]");
    said.textContent = "";
    the(dialog, "[data-send]").onclick = async () => {
      said.textContent = words(dialog, "sending");
      const { state } = await offlineSender.sendAll();
      if (!(await offlineStore.pieces(who)).length) return leave(form);
      said.textContent = words(dialog, state === "unreachable" ? "unreachable" : "not-all");
      return undefined;
    };
    the(dialog, "[data-discard]").onclick = () => leave(form);
    the(dialog, "[data-stay]").onclick = () => dialog.close();
    dialog.showModal();
    return undefined;
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = target(event);
      if (!(form instanceof HTMLFormElement) || form.getAttribute("action") !== dialog.dataset.signOut) return;
      event.preventDefault();
      ask(form).catch(() => {
        // Where the device's store cannot be read, there is nothing to ask about.
        document.dispatchEvent(new Event("craftmark:leaving"));
        form.submit();
      });
    },
    true,
  );
}

const person = first(document, "meta[name=person]", HTMLMetaElement)?.content;
const question = first(document, "[data-sign-out]", HTMLDialogElement);
if (person && question && "indexedDB" in window && window.isSecureContext) start(person, question);
