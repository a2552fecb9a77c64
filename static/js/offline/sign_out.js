// Before somebody signs out, takes their things off this device; asks first about what is unsent.
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

function start(who, dialog) {
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

  async function ask(form) {
    const unsent = await offlineStore.pieces(who);
    if (!unsent.length) return leave(form);
    const list = dialog.querySelector("[data-unsent]");
    list.replaceChildren(
      ...unsent.map((piece) => {
        const row = document.createElement("li");
        row.textContent = piece.title || "Untitled";
        return row;
      }),
    );
    const said = dialog.querySelector("[data-said]");
    said.textContent = "";
    dialog.querySelector("[data-send]").onclick = async () => {
      said.textContent = "Sending…";
      const { state } = await offlineSender.sendAll();
      if (!(await offlineStore.pieces(who)).length) return leave(form);
      said.textContent =
        state === "unreachable"
          ? "The site cannot be reached now. Stay signed in until the network is back."
          : "Not everything could be sent. Open “On this device” to see why.";
    };
    dialog.querySelector("[data-discard]").onclick = () => leave(form);
    dialog.querySelector("[data-stay]").onclick = () => dialog.close();
    dialog.showModal();
    return undefined;
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.getAttribute("action") !== dialog.dataset.signOut) return;
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

const person = document.querySelector("meta[name=person]")?.content;
const question = document.querySelector("[data-sign-out]");
if (person && question && "indexedDB" in window && window.isSecureContext) start(person, question);
