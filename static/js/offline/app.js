// The page that a device shows without a network: progress as it was last known, drafts, what waits, and receipts.
import { readableSize } from "../files/readable_size.js";
import { captureForm } from "./form.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

function start(app) {
  const within = (selector) => app.querySelector(selector);
  const captureButton = document.querySelector("[data-capture]");
  const offlineForm = captureForm(within("[data-form]"));
  const LOOK_AGAIN_MS = 15_000;
  const sending = new Map();
  let person = null;
  let isSignedOut = false;
  // Shown in place of another page, it is because that one could not be had.
  let isUnreachable = !navigator.onLine || location.pathname !== "/offline/";

  const made = (name) => within(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
  const moment = (iso) =>
    new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const open = () => person.snapshot.apprenticeships.filter((one) => one.can_add);

  // Puts texts into the places of a row that are named so.
  function fill(row, texts) {
    for (const [name, text] of Object.entries(texts)) {
      for (const place of row.querySelectorAll(`[data-${name}]`)) place.textContent = text;
    }
    return row;
  }

  async function show() {
    person = await offlineStore.current();
    const isKnown = Boolean(person?.snapshot?.apprenticeships.length);
    within("[data-nobody]").hidden = isKnown;
    within("[data-somebody]").hidden = !isKnown;
    showStatus();
    if (!isKnown) return;
    document.querySelector("[data-lead]").textContent = `${person.snapshot.person.name}, as it was on ${moment(person.known_at)}`;
    captureButton.hidden = offlineForm.isOpen() || !open().length;
    await showPieces();
    showDrafts();
    within("[data-progress]").replaceChildren(...person.snapshot.apprenticeships.map(coverage));
  }

  function showStatus() {
    within("[data-status]").hidden = false;
    within("[data-is-offline]").hidden = !isUnreachable;
    within("[data-is-online]").hidden = isUnreachable || isSignedOut;
    within("[data-is-signed-out]").hidden = isUnreachable || !isSignedOut;
    // This page stands in for any other that could not be had: going on then means asking for that one again.
    if (location.pathname !== "/offline/") within("[data-onwards]").href = location.href;
  }

  async function showPieces() {
    // What is open in the form is in sight there.
    const pieces = (await offlineStore.pieces(person.id)).filter(({ id }) => id !== offlineForm.openId());
    within("[data-queue]").hidden = !pieces.length;
    within("[data-queue] [data-list]").replaceChildren(...pieces.map(pieceRow));
    within("[data-send]").parentElement.hidden = !pieces.some(({ state }) => state !== "writing");
    const receipts = await offlineStore.receipts(person.id);
    within("[data-receipts]").hidden = !receipts.length;
    within("[data-receipts] [data-list]").replaceChildren(...receipts.map(receiptRow));
  }

  function about(piece) {
    const codes = piece.claims.map(({ code }) => code).join(", ");
    return [piece.files.length && count(piece.files.length, "file"), codes].filter(Boolean).join(" · ");
  }

  function said(piece) {
    if (piece.state === "writing") return "Not finished yet";
    if (piece.state === "refused") return piece.message;
    if (sending.has(piece.id)) return `Sending, ${Math.round(100 * sending.get(piece.id))}%`;
    return "Waiting for the network";
  }

  function pieceRow(piece) {
    const title = piece.title || "Untitled";
    const row = fill(made("piece"), { title, about: about(piece), said: said(piece), name: ` ${title}` });
    row.dataset.state = { refused: "needs_work", waiting: "submitted" }[piece.state] ?? "draft";
    row.querySelector("[data-edit]").addEventListener("click", async () => edit(await offlineStore.piece(piece.id)));
    row.querySelector("[data-remove]").addEventListener("click", () =>
      ask("Remove this from your device?", "What was sent already stays in your evidence. The rest is gone.", [title], () =>
        offlineStore.removePiece(piece.id),
      ),
    );
    return row;
  }

  function receiptRow(receipt) {
    const row = fill(made("receipt"), {
      title: receipt.title || "Untitled",
      about: `received ${moment(receipt.received_at)}`,
      said: receipt.said,
      name: ` ${receipt.title || "Untitled"}`,
    });
    const lines = (texts) =>
      texts.map((text) => {
        const line = document.createElement("li");
        line.textContent = text;
        return line;
      });
    row.querySelector("[data-remarks]").replaceChildren(...lines(receipt.remarks));
    const files = receipt.files.map((file) => `${file.name}, ${readableSize(file.size)}, SHA-256 ${file.sha256}`);
    row.querySelector("[data-files]").replaceChildren(...lines(files));
    row.querySelector("[data-open]").href = receipt.url;
    row.querySelector("[data-remove]").addEventListener("click", () => offlineStore.removeReceipt(receipt.id));
    return row;
  }

  function showDrafts() {
    const rows = open().flatMap((apprenticeship) =>
      apprenticeship.drafts.map((draft) => {
        const title = draft.title || "Untitled draft";
        const row = fill(made("draft"), { title, about: draft.label, name: ` with ${title}` });
        row.querySelector("[data-edit]").addEventListener("click", async () => {
          const piece = await offlineStore.piece(draft.id);
          edit(piece ?? offlineForm.ofDraft(person.id, apprenticeship, draft));
        });
        return row;
      }),
    );
    within("[data-drafts]").hidden = !rows.length;
    within("[data-drafts] [data-list]").replaceChildren(...rows);
  }

  function coverage(apprenticeship) {
    const labels = new Map(person.snapshot.states.map(({ state, label }) => [state, label]));
    const part = fill(made("coverage"), {
      standard: apprenticeship.standard,
      numbers:
        `${apprenticeship.signed_off_count} of ${apprenticeship.ksbs.length} KSBs signed off ` +
        `(${apprenticeship.actual_percent}%). Expected by then: ${apprenticeship.expected_percent}%.`,
    });
    const legend = person.snapshot.states.map(({ state, label }) => {
      const number = apprenticeship.ksbs.filter((ksb) => ksb.state === state).length;
      const key = fill(made("key"), { label, count: number });
      key.classList.toggle("is-none", !number);
      key.querySelector(".coverage-key").dataset.state = state;
      key.querySelector("use").setAttribute("href", `#state-${state}`);
      return key;
    });
    part.querySelector("[data-legend]").replaceChildren(...legend);
    for (const { type, label } of person.snapshot.types) {
      const ksbs = apprenticeship.ksbs.filter((ksb) => ksb.type === type);
      if (!ksbs.length) continue;
      const done = ksbs.filter((ksb) => ksb.state === "signed_off").length;
      const group = fill(made("group"), { label, done: `${done} of ${ksbs.length} signed off` });
      group.querySelector("[data-tiles]").replaceChildren(...ksbs.map((ksb) => tile(apprenticeship, ksb, labels.get(ksb.state))));
      part.querySelector(".coverage").append(group);
    }
    return part;
  }

  function tile(apprenticeship, ksb, label) {
    const row = fill(made("tile"), { code: ksb.code, words: `, ${label}: ${ksb.statement}` });
    const button = row.querySelector("button");
    button.dataset.state = ksb.state;
    row.querySelector("use").setAttribute("href", `#state-${ksb.state}`);
    button.addEventListener("click", () => {
      const dialog = within("[data-ksb-dialog]");
      const duties = apprenticeship.duties.filter(({ number }) => ksb.duties.includes(number));
      fill(dialog, {
        code: `${ksb.code}: ${label}`,
        statement: ksb.statement,
        duties: duties.map(({ number, text }) => `Duty ${number}: ${text}`).join(" "),
      });
      const capture = dialog.querySelector("[data-capture-this]");
      capture.hidden = !apprenticeship.can_add;
      capture.onclick = () => {
        dialog.close();
        const piece = offlineForm.blank(person.id, apprenticeship);
        edit({ ...piece, claims: [{ ksb: ksb.id, code: ksb.code, why: "" }] });
      };
      dialog.querySelector("[data-close-dialog]").onclick = () => dialog.close();
      dialog.showModal();
    });
    return row;
  }

  function edit(piece) {
    captureButton.hidden = true;
    offlineForm.open(person.snapshot, piece);
  }

  function ask(title, text, names, act) {
    const dialog = within("[data-question]");
    fill(dialog, { title, text });
    dialog.querySelector("[data-list]").replaceChildren(
      ...names.map((name) => {
        const line = document.createElement("li");
        line.textContent = name;
        return line;
      }),
    );
    dialog.querySelector("[data-yes]").onclick = async () => {
      dialog.close();
      await act();
    };
    dialog.querySelector("[data-no]").onclick = () => dialog.close();
    dialog.showModal();
  }

  captureButton.addEventListener("click", () => edit(offlineForm.blank(person.id, open()[0])));
  within("[data-send]").addEventListener("click", async () => {
    for (const { id } of await offlineStore.pieces(person.id)) {
      await offlineStore.changePiece(id, (piece) => {
        if (piece.state !== "refused") return false;
        piece.state = "waiting";
        return true;
      });
    }
    document.dispatchEvent(new CustomEvent("offline:queued"));
  });
  within("[data-clear]").addEventListener("click", async () => {
    const names = (await offlineStore.pieces(person.id)).map(({ title }) => title || "Untitled");
    const text = names.length ? "This was not sent yet and would be lost:" : "Everything here has been sent.";
    ask("Remove everything from this device?", text, names, async () => {
      await offlineStore.clear(person.id);
      await show();
    });
  });

  let isShowing = null;
  const showSoon = () => {
    isShowing ??= setTimeout(() => {
      isShowing = null;
      show();
    }, 50);
  };
  offlineStore.onChange((news) => {
    if (news?.piece) sending.set(news.piece, news.sent);
    showSoon();
  });
  document.addEventListener("offline:sent", ({ detail }) => {
    sending.clear();
    isUnreachable = detail.state === "unreachable" || !navigator.onLine;
    isSignedOut = detail.state === "signed-out";
    showSoon();
    if (detail.state === "idle") look();
  });

  // With nothing to send, only asking tells whether the site is there.
  async function look() {
    const wasUnreachable = isUnreachable;
    isUnreachable = !(await offlineSender.isReachable());
    if (isUnreachable !== wasUnreachable) showSoon();
  }
  setInterval(() => {
    if (isUnreachable && !document.hidden) look();
  }, LOOK_AGAIN_MS);
  document.addEventListener("offline:form-closed", showSoon);
  for (const name of ["online", "offline"]) {
    window.addEventListener(name, () => {
      isUnreachable = name === "offline";
      showSoon();
      if (name === "online") look();
    });
  }
  show().then(() => {
    if (location.hash === "#capture" && !captureButton.hidden) captureButton.click();
  });
}

const offlineApp = document.querySelector("[data-offline-app]");
if (offlineApp && "indexedDB" in window) start(offlineApp);
