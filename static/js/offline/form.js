// @ts-check
// The form that captures a piece of evidence on the device. What is typed or added is kept within a second, so a closed
// browser loses nothing; it is sent once its writer says so.
import { drawn, every, field, target, the } from "../elements.js";
import { readableSize } from "../files/readable_size.js";
import { reasonInWords, words } from "../words.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

const SAVE_AFTER_MS = 700;

/**
 * @typedef {import("./store.js").Apprenticeship} Apprenticeship
 * @typedef {import("./store.js").Piece} Piece
 * @typedef {{ id: string, blob: Blob }} AddedFile
 */

/** @param {HTMLElement} app the page, which has the words */
export function captureForm(app) {
  const form = the(app, "[data-form]", HTMLFormElement);
  const within = (/** @type {string} */ selector) => the(form, selector);
  const find = the(form, "[data-find]", HTMLInputElement);
  /** @type {import("./store.js").Snapshot} */
  let snapshot;
  /** @type {Piece} */
  let piece;
  let isChanged = false;
  /** @type {number | undefined} */
  let timer;

  const now = () => new Date().toISOString();
  const chosen = () => snapshot.apprenticeships.find((one) => one.id === piece.apprenticeship);
  const select = () => the(form, "select", HTMLSelectElement);

  function today() {
    const day = new Date();
    return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  }

  /**
   * @param {string} person
   * @param {Apprenticeship} apprenticeship
   * @returns {Piece}
   */
  function blank(person, apprenticeship) {
    return {
      id: crypto.randomUUID(),
      capture: crypto.randomUUID(),
      follows: [],
      base: null,
      person,
      apprenticeship: apprenticeship.id,
      captures_url: apprenticeship.captures_url,
      title: "",
      narrative: "",
      happened_on: today(),
      kind: "work_product",
      claims: [],
      files: [],
      state: "writing",
      made_at: now(),
    };
  }

  /**
   * A piece that goes on from a draft as this device knows it.
   * @param {string} person
   * @param {Apprenticeship} apprenticeship
   * @param {import("./store.js").Draft} draft
   * @returns {Piece}
   */
  function ofDraft(person, apprenticeship, draft) {
    const { title, narrative, happened_on, kind, claims, lines } = draft;
    const known = structuredClone({ title, narrative, happened_on, kind, claims });
    return { ...blank(person, apprenticeship), ...known, lines, id: draft.id, base: structuredClone(known) };
  }

  /**
   * @param {import("./store.js").Snapshot} known
   * @param {Piece} opened
   */
  function open(known, opened) {
    snapshot = known;
    piece = structuredClone(opened);
    isChanged = false;
    fault("");
    const several = snapshot.apprenticeships.filter((one) => one.can_add);
    select().replaceChildren(...several.map((one) => new Option(one.standard, one.id, false, one.id === piece.apprenticeship)));
    within("[data-apprenticeship]").hidden = several.length < 2 || Boolean(piece.base || piece.accepted);
    field(form, "title").value = piece.title;
    field(form, "narrative").value = piece.narrative;
    field(form, "happened_on").value = piece.happened_on ?? "";
    field(form, "happened_on").max = today();
    field(form, "kind").value = piece.kind ?? "other";
    showFiles();
    showKsbs();
    form.hidden = false;
    within("[data-form-heading]").focus();
    form.scrollIntoView({ block: "start" });
  }

  /** @param {string} text */
  function fault(text) {
    within("[data-fault]").textContent = text;
    within("[data-fault]").hidden = !text;
  }

  function showFiles() {
    const list = within("[data-chosen]");
    list.hidden = !piece.files.length;
    list.replaceChildren(
      ...piece.files.map((file) => {
        const row = document.createElement("li");
        const side = document.createElement("span");
        side.className = "number";
        side.append(`${readableSize(file.size)} `);
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm btn-link";
        button.textContent = words(app, "take-off");
        button.setAttribute("aria-label", words(app, "take-off-file", { name: file.name }));
        button.addEventListener("click", () => {
          piece.files = piece.files.filter((one) => one.id !== file.id);
          changed();
          showFiles();
        });
        side.append(button);
        row.append(file.refusal ? `${file.name}: ${reasonInWords(app, file.refusal)}` : file.name, side);
        return row;
      }),
    );
  }

  function showKsbs() {
    const labels = new Map(snapshot.types.map(({ type, label }) => [type, label]));
    const ksbs = chosen()?.ksbs ?? [];
    within("[data-ksbs]").replaceChildren(
      ...[...new Set(ksbs.map(({ type }) => type))].map((type) => {
        const group = document.createElement("fieldset");
        const legend = document.createElement("legend");
        group.className = "ksb-group";
        legend.textContent = labels.get(type) ?? "";
        group.append(legend, ...ksbs.filter((ksb) => ksb.type === type).map(choice));
        return group;
      }),
    );
    narrow();
  }

  /** @param {import("./store.js").Ksb} ksb */
  function choice(ksb) {
    const row = drawn(app, "template[data-choice]");
    const [tick, why] = every(row, "input", HTMLInputElement);
    const label = the(row, "[data-why]", HTMLLabelElement);
    const claim = piece.claims.find((one) => one.ksb === ksb.id);
    row.dataset.words = `${ksb.code} ${ksb.statement}`.toLowerCase();
    the(row, "[data-code]").textContent = ksb.code;
    the(row, "[data-statement]").textContent = ksb.statement;
    label.textContent = words(app, "why", { code: ksb.code });
    tick.id = `offline-claim-${ksb.code}`;
    why.id = `offline-why-${ksb.code}`;
    the(row, ".form-check-label", HTMLLabelElement).htmlFor = tick.id;
    label.htmlFor = why.id;
    tick.checked = Boolean(claim);
    // What was written about one that is not chosen stays with it, and comes back when it is.
    why.value = claim?.why ?? piece.lines?.find((one) => one.ksb === ksb.id)?.why ?? "";
    Object.assign(tick.dataset, { ksb: ksb.id, code: ksb.code });
    return row;
  }

  function narrow() {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of every(form, ".ksb-choice")) {
      const isChosen = the(row, "input", HTMLInputElement).checked;
      row.hidden = !isChosen && !wanted.every((word) => row.dataset.words?.includes(word));
    }
    for (const group of every(form, ".ksb-group")) {
      group.hidden = !group.querySelector(".ksb-choice:not([hidden])");
    }
  }

  function gather() {
    piece.title = wellFormed(field(form, "title").value);
    piece.narrative = wellFormed(field(form, "narrative").value);
    piece.happened_on = field(form, "happened_on").value || null;
    piece.kind = field(form, "kind").value;
    const rows = every(form, "[data-ksb]", HTMLInputElement).map(({ checked, dataset: { ksb = "", code = "" } }) => {
      const why = the(form, `#offline-why-${code}`, HTMLInputElement).value;
      return { checked, row: { ksb, code, why } };
    });
    piece.claims = rows.filter(({ checked }) => checked).map(({ row }) => row);
    piece.lines = rows.filter(({ checked, row }) => !checked && row.why.trim()).map(({ row }) => row);
  }

  /**
   * @param {Piece["state"]} state
   * @param {AddedFile[]} added
   */
  async function save(state, added = []) {
    clearTimeout(timer);
    gather();
    if (isChanged || state !== piece.state) {
      Object.assign(piece, { state, reasons: [], changed_at: now() });
      await offlineStore.savePiece(piece, added);
    }
  }

  /**
   * The first change makes these words other ones than those that may have been sent.
   * @param {AddedFile[]} [added]
   */
  function changed(added) {
    if (!isChanged) {
      isChanged = true;
      offlineSender.renew(piece);
    }
    clearTimeout(timer);
    if (added) return save("writing", added);
    timer = window.setTimeout(() => save("writing").catch(failed), SAVE_AFTER_MS);
    return undefined;
  }

  /** @param {unknown} error */
  function failed(error) {
    const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
    fault(words(app, isFull ? "no-room" : "not-kept"));
  }

  /** @param {Iterable<File>} files */
  async function addFiles(files) {
    const { file_bytes: mostBytes, files: mostFiles } = snapshot.limits;
    const refused = [];
    /** @type {AddedFile[]} */
    const added = [];
    for (const blob of files) {
      if (!blob.size || blob.size > mostBytes) refused.push(words(app, blob.size ? "too-large" : "empty", { name: blob.name }));
      else if (piece.files.length >= mostFiles) refused.push(words(app, "most-files", { count: mostFiles }));
      else {
        const file = { id: crypto.randomUUID(), name: blob.name, size: blob.size };
        piece.files.push(file);
        added.push({ id: file.id, blob });
      }
    }
    fault([...new Set(refused)].join(" "));
    showFiles();
    const before = new Set(added.map(({ id }) => id));
    if (!added.length) return;
    try {
      await changed(added);
      navigator.storage?.persist?.();
    } catch (error) {
      piece.files = piece.files.filter(({ id }) => !before.has(id));
      showFiles();
      failed(error);
    }
  }

  function close() {
    form.hidden = true;
    document.dispatchEvent(new CustomEvent("offline:form-closed"));
  }

  form.addEventListener("input", (event) => {
    if (target(event) === find) narrow();
    else if (!target(event).matches("[data-files]")) changed();
  });
  form.addEventListener("change", (event) => {
    const input = target(event);
    if (input instanceof HTMLInputElement && input.matches("[data-files]")) {
      const files = [...(input.files ?? [])];
      input.value = "";
      addFiles(files);
    }
    const apprenticeship = snapshot.apprenticeships.find((one) => input === select() && one.id === select().value);
    if (apprenticeship) {
      Object.assign(piece, { apprenticeship: apprenticeship.id, captures_url: apprenticeship.captures_url });
      showKsbs();
      changed();
    }
  });
  form.addEventListener("uploader:file", (event) => addFiles([event.detail]));
  // Enter in the box that narrows the list must not send the form.
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  within("[data-close]").addEventListener("click", async () => {
    try {
      if (isChanged) await save("writing");
      close();
    } catch (error) {
      failed(error);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    gather();
    if (!piece.title.trim() && !piece.narrative.trim() && !piece.files.length) {
      fault(words(app, "nothing-yet"));
      return;
    }
    try {
      await save("waiting");
      close();
      document.dispatchEvent(new CustomEvent("offline:queued"));
      const registration = await navigator.serviceWorker?.getRegistration();
      await registration?.sync?.register("send-pieces").catch(() => {});
    } catch (error) {
      failed(error);
    }
  });
  window.addEventListener("pagehide", () => {
    if (!form.hidden && isChanged) save("writing").catch(() => {});
  });

  return { blank, ofDraft, open, isOpen: () => !form.hidden, openId: () => (form.hidden ? null : piece.id) };
}

// Half a character, as a slip of the keyboard may leave it, could not be sent.
/** @param {string} text */
function wellFormed(text) {
  return text.toWellFormed?.() ?? text;
}
