// @ts-check
// The page that a device shows without a network: progress as it was last known, drafts, what waits, and receipts.
import { drawn, first, the } from "../elements.js";
import { readableSize } from "../files/readable_size.js";
import { counted, momentInWords, reasonInWords, words } from "../words.js";
import { captureForm } from "./form.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

const LOOK_AGAIN_MS = 15_000;

/**
 * @typedef {import("./store.js").Apprenticeship} Apprenticeship
 * @typedef {import("./store.js").Ksb} Ksb
 * @typedef {import("./store.js").Piece} Piece
 * @typedef {import("./store.js").Snapshot} Snapshot
 */

/** @param {HTMLElement} app */
function start(app) {
  const within = (/** @type {string} */ selector) => the(app, selector);
  const captureButton = the(document, "[data-capture]");
  const offlineForm = captureForm(app);
  /** @type {Map<string, number>} */
  const sending = new Map();
  /** @type {import("./store.js").Person | null} */
  let person = null;
  let isSignedOut = false;
  // Shown in place of another page, it is because that one could not be had.
  let isUnreachable = !navigator.onLine || location.pathname !== "/offline/";

  const made = (/** @type {string} */ name) => drawn(app, `template[data-${name}]`);
  const moment = (/** @type {string} */ iso) => momentInWords(new Date(iso), { year: "numeric" });
  // Of who is shown: nothing of this is asked for while nobody is.
  const snapshot = () => /** @type {Snapshot} */ (person?.snapshot);
  const personId = () => person?.id ?? "";
  const open = () => snapshot().apprenticeships.filter((one) => one.can_add);

  /** @param {string[]} texts */
  const lines = (texts) =>
    texts.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    });

  /**
   * Puts texts into the places of a row that are named so.
   * @param {HTMLElement} row
   * @param {Record<string, string | number>} texts
   */
  function fill(row, texts) {
    for (const [name, text] of Object.entries(texts)) {
      for (const place of row.querySelectorAll(`[data-${name}]`)) place.textContent = String(text);
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
    const lead = { name: snapshot().person.name, moment: moment(person?.known_at ?? "") };
    the(document, "[data-lead]").textContent = words(app, "lead", lead);
    captureButton.hidden = offlineForm.isOpen() || !open().length;
    await showPieces();
    showDrafts();
    within("[data-progress]").replaceChildren(...snapshot().apprenticeships.map(coverage));
  }

  function showStatus() {
    within("[data-status]").hidden = false;
    within("[data-is-offline]").hidden = !isUnreachable;
    within("[data-is-online]").hidden = isUnreachable || isSignedOut;
    within("[data-is-signed-out]").hidden = isUnreachable || !isSignedOut;
    // This page stands in for any other that could not be had: going on then means asking for that one again.
    if (location.pathname !== "/offline/") within("[data-onwards]").setAttribute("href", location.href);
  }

  async function showPieces() {
    // What is open in the form is in sight there.
    const pieces = (await offlineStore.pieces(personId())).filter(({ id }) => id !== offlineForm.openId());
    within("[data-queue]").hidden = !pieces.length;
    within("[data-queue] [data-list]").replaceChildren(...pieces.map(pieceRow));
    within("[data-send-actions]").hidden = !pieces.some(({ state }) => state !== "writing");
    const receipts = await offlineStore.receipts(personId());
    within("[data-receipts]").hidden = !receipts.length;
    within("[data-receipts] [data-list]").replaceChildren(...receipts.map(receiptRow));
  }

  /** @param {Piece} piece */
  function about(piece) {
    const files = piece.files.length ? counted(app, "files", piece.files.length) : "";
    return [files, piece.claims.map(({ code }) => code).join(", ")].filter(Boolean).join(" · ");
  }

  /** @param {Piece} piece */
  function said(piece) {
    const part = sending.get(piece.id);
    if (piece.state === "writing") return words(app, "writing");
    if (piece.state === "refused") return (piece.reasons ?? []).map((why) => reasonInWords(app, why)).join(" ");
    if (part !== undefined) return words(app, "sending", { percent: Math.round(100 * part) });
    return words(app, "waiting");
  }

  /** @param {Piece} piece */
  function pieceRow(piece) {
    const title = piece.title || words(app, "untitled");
    const row = fill(made("piece"), { title, about: about(piece), said: said(piece), name: ` ${title}` });
    row.dataset.state = { refused: "needs_work", waiting: "submitted", writing: "draft" }[piece.state];
    the(row, "[data-edit]").addEventListener("click", async () => {
      const standing = await offlineStore.piece(piece.id);
      if (standing) edit(standing);
    });
    the(row, "[data-remove]").addEventListener("click", () =>
      ask(words(app, "remove"), words(app, "remove-what"), [title], () => offlineStore.removePiece(piece.id)),
    );
    return row;
  }

  /** @param {import("./store.js").PieceReceipt} receipt */
  function receiptRow(receipt) {
    const title = receipt.title || words(app, "untitled");
    const row = fill(made("receipt"), {
      title,
      about: words(app, "received", { moment: moment(receipt.received_at) }),
      said: receipt.said,
      name: ` ${title}`,
    });
    the(row, "[data-remarks]").replaceChildren(...lines(receipt.remarks));
    const files = receipt.files.map((file) => `${file.name}, ${readableSize(file.size)}, SHA-256 ${file.sha256}`);
    the(row, "[data-files]").replaceChildren(...lines(files));
    the(row, "[data-open]").setAttribute("href", receipt.url);
    the(row, "[data-remove]").addEventListener("click", () => offlineStore.removeReceipt(receipt.id));
    return row;
  }

  function showDrafts() {
    const rows = open().flatMap((apprenticeship) =>
      apprenticeship.drafts.map((draft) => {
        const title = draft.title || words(app, "untitled-draft");
        const row = fill(made("draft"), { title, about: draft.label, name: words(app, "go-on-with", { title }) });
        the(row, "[data-edit]").addEventListener("click", async () => {
          const piece = await offlineStore.piece(draft.id);
          edit(piece ?? offlineForm.ofDraft(personId(), apprenticeship, draft));
        });
        return row;
      }),
    );
    within("[data-drafts]").hidden = !rows.length;
    within("[data-drafts] [data-list]").replaceChildren(...rows);
  }

  /** @param {Apprenticeship} apprenticeship */
  function coverage(apprenticeship) {
    const labels = new Map(snapshot().states.map(({ state, label }) => [state, label]));
    const part = fill(made("coverage"), {
      standard: apprenticeship.standard,
      numbers: words(app, "numbers", {
        done: apprenticeship.signed_off_count,
        all: apprenticeship.ksbs.length,
        actual: apprenticeship.actual_percent,
        expected: apprenticeship.expected_percent,
      }),
    });
    const legend = snapshot().states.map(({ state, label }) => {
      const number = apprenticeship.ksbs.filter((ksb) => ksb.state === state).length;
      const key = fill(made("key"), { label, count: number });
      key.classList.toggle("is-none", !number);
      the(key, ".coverage-key").dataset.state = state;
      the(key, "use", SVGUseElement).setAttribute("href", `#state-${state}`);
      return key;
    });
    the(part, "[data-legend]").replaceChildren(...legend);
    for (const { type, label } of snapshot().types) {
      const ksbs = apprenticeship.ksbs.filter((ksb) => ksb.type === type);
      if (!ksbs.length) continue;
      const done = ksbs.filter((ksb) => ksb.state === "signed_off").length;
      const group = fill(made("group"), { label, done: words(app, "done", { done, all: ksbs.length }) });
      the(group, "[data-tiles]").replaceChildren(...ksbs.map((ksb) => tile(apprenticeship, ksb, labels.get(ksb.state) ?? "")));
      the(part, ".coverage").append(group);
    }
    return part;
  }

  /**
   * @param {Apprenticeship} apprenticeship
   * @param {Ksb} ksb
   * @param {string} label
   */
  function tile(apprenticeship, ksb, label) {
    const row = fill(made("tile"), { code: ksb.code, words: `, ${label}: ${ksb.statement}` });
    const button = the(row, "button");
    button.dataset.state = ksb.state;
    the(row, "use", SVGUseElement).setAttribute("href", `#state-${ksb.state}`);
    button.addEventListener("click", () => {
      const dialog = the(app, "[data-ksb-dialog]", HTMLDialogElement);
      const duties = apprenticeship.duties.filter(({ number }) => ksb.duties.includes(number));
      fill(dialog, {
        code: `${ksb.code}: ${label}`,
        statement: ksb.statement,
        duties: duties.map(({ number, text }) => words(app, "duty", { number, text })).join(" "),
      });
      const capture = the(dialog, "[data-capture-this]");
      capture.hidden = !apprenticeship.can_add;
      capture.onclick = () => {
        dialog.close();
        const piece = offlineForm.blank(personId(), apprenticeship);
        edit({ ...piece, claims: [{ ksb: ksb.id, code: ksb.code, why: "" }] });
      };
      the(dialog, "[data-close-dialog]").onclick = () => dialog.close();
      dialog.showModal();
    });
    return row;
  }

  /** @param {Piece} piece */
  function edit(piece) {
    captureButton.hidden = true;
    offlineForm.open(snapshot(), piece);
  }

  /**
   * @param {string} title
   * @param {string} text
   * @param {string[]} names
   * @param {() => Promise<void>} act
   */
  function ask(title, text, names, act) {
    const dialog = the(app, "[data-question]", HTMLDialogElement);
    fill(dialog, { title, text });
    the(dialog, "[data-list]").replaceChildren(...lines(names));
    the(dialog, "[data-yes]").onclick = async () => {
      dialog.close();
      await act();
    };
    the(dialog, "[data-no]").onclick = () => dialog.close();
    dialog.showModal();
  }

  captureButton.addEventListener("click", () => edit(offlineForm.blank(personId(), open()[0])));
  within("[data-send]").addEventListener("click", async () => {
    for (const { id } of await offlineStore.pieces(personId())) {
      await offlineStore.changePiece(id, (piece) => {
        if (piece.state !== "refused") return false;
        piece.state = "waiting";
        return true;
      });
    }
    document.dispatchEvent(new CustomEvent("offline:queued"));
  });
  within("[data-clear]").addEventListener("click", async () => {
    const names = (await offlineStore.pieces(personId())).map(({ title }) => title || words(app, "untitled"));
    ask(words(app, "clear"), words(app, names.length ? "clear-lost" : "clear-sent"), names, async () => {
      await offlineStore.clear(personId());
      await show();
    });
  });

  /** @type {number | undefined} */
  let isShowing;
  const showSoon = () => {
    isShowing ??= window.setTimeout(() => {
      isShowing = undefined;
      show();
    }, 50);
  };
  offlineStore.onChange((news) => {
    if (news.piece) sending.set(news.piece, news.sent ?? 0);
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

const offlineApp = first(document, "[data-offline-app]");
if (offlineApp && "indexedDB" in window) start(offlineApp);
