// @ts-check
// The form that captures a piece of evidence on the device. What is typed or added is kept within a second, so a closed
// browser loses nothing; it is sent once its writer says so.
import { drawn, every, field, target, the } from "../elements.js";
import { suggestTitle } from "../evidence/suggested_title.js";
import { readableSize } from "../files/readable_size.js";
import { reasonInWords, words } from "../words.js";
import { roomBytes } from "./room.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";
import { titleFrom } from "./title.js";

const SAVE_AFTER_MS = 700;
// What a phone records in a minute, a little more than less.
const VIDEO_BYTES_PER_MINUTE = 20_000_000;
// With room for more than this, nothing is said of room.
const MANY_MINUTES = 60;

/**
 * @typedef {import("./store.js").Apprenticeship} Apprenticeship
 * @typedef {import("./store.js").Piece} Piece
 * @typedef {{ id: string, blob: Blob }} AddedFile
 */

/** @param {HTMLElement} app the page, which has the words */
export function captureForm(app) {
  const form = the(app, "[data-form]", HTMLFormElement);
  const within = (/** @type {string} */ selector) => the(form, selector);
  const picker = within("[data-ksb-picker]");
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
    within("[data-refused]").replaceChildren();
    fault("");
    const several = snapshot.apprenticeships.filter((one) => one.can_add);
    select().replaceChildren(...several.map((one) => new Option(one.standard, one.id, false, one.id === piece.apprenticeship)));
    within("[data-apprenticeship]").hidden = several.length < 2 || Boolean(piece.base || piece.accepted);
    field(form, "title").value = piece.title;
    delete field(form, "title").dataset.suggested;
    field(form, "narrative").value = piece.narrative;
    field(form, "happened_on").value = piece.happened_on ?? "";
    field(form, "happened_on").max = today();
    field(form, "kind").value = piece.kind ?? "other";
    form.dataset.at = "capture";
    // The step of another piece, which was open before, is none of this one.
    history.replaceState({ step: "capture" }, "");
    for (const box of every(picker, "[data-ksb-filter] input, [data-ksb-filter] select")) {
      if (box instanceof HTMLInputElement || box instanceof HTMLSelectElement) box.value = "";
    }
    within("[data-uploader-ways]").hidden = false;
    showFiles();
    showKsbs();
    showRoom();
    form.hidden = false;
    within("[data-form-heading]").focus();
    form.scrollIntoView({ block: "start" });
  }

  /**
   * Says what went wrong, and offers to save elsewhere what could not be kept here: a recording is nowhere else.
   * @param {string} text
   * @param {Iterable<File>} [notKept]
   */
  function fault(text, notKept = []) {
    const list = within("[data-refused]");
    list.append(
      ...[...notKept].map((file) => {
        const row = document.createElement("li");
        const link = document.createElement("a");
        link.href = URL.createObjectURL(file);
        link.download = file.name;
        link.textContent = words(app, "save-elsewhere", { name: file.name });
        row.append(link);
        return row;
      }),
    );
    const said = [text, list.childElementCount ? words(app, "not-added") : ""].filter(Boolean).join(" ");
    the(within("[data-fault]"), "[data-words]").textContent = said;
    within("[data-fault]").hidden = !said;
  }

  // How much there is room for, said before somebody films for an hour.
  async function showRoom() {
    const room = await roomBytes();
    const minutes = Math.floor(room / VIDEO_BYTES_PER_MINUTE);
    const place = within("[data-room]");
    place.hidden = minutes >= MANY_MINUTES;
    if (!place.hidden) place.textContent = words(app, minutes ? "room" : "room-none", { size: readableSize(room), minutes });
    within("[data-recorder-panel]").dataset.mostBytes = String(Math.min(room, snapshot.limits.file_bytes));
  }

  function showFiles() {
    const list = within("[data-upload-list]");
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
    form.dispatchEvent(new CustomEvent("files-listed"));
  }

  function showKsbs() {
    const labels = new Map(snapshot.types.map(({ type, label }) => [type, label]));
    const ksbs = chosen()?.ksbs ?? [];
    within("[data-chosen-list]").replaceChildren();
    within("[data-ksb-list]").replaceChildren(
      ...[...new Set(ksbs.map(({ type }) => type))].map((type) => {
        const group = document.createElement("fieldset");
        const legend = document.createElement("legend");
        group.className = "ksb-group";
        legend.textContent = labels.get(type) ?? "";
        group.append(legend, ...ksbs.filter((ksb) => ksb.type === type).map(choice));
        return group;
      }),
    );
    const wantsLine = Boolean(chosen()?.wants_line);
    within("[data-line-each]").hidden = !wantsLine;
    within("[data-one-line]").hidden = wantsLine;
    const most = chosen()?.most_claims ?? ksbs.length;
    picker.dataset.mostClaims = String(most);
    within("[data-many]").setAttribute("data-say-many", words(app, "many", { most }));
    const duties = (chosen()?.duties ?? []).filter(({ number }) => ksbs.some((ksb) => ksb.duties.includes(number)));
    within("[data-by-duty]").hidden = !duties.length;
    within(".duty-ways").replaceChildren(...duties.map((duty) => way(duty, ksbs)));
    picker.dispatchEvent(new CustomEvent("ksbs-listed"));
  }

  /**
   * A duty, and its KSBs at one press each.
   * @param {{ number: number, text: string }} duty
   * @param {import("./store.js").Ksb[]} ksbs
   */
  function way({ number, text }, ksbs) {
    const row = drawn(app, "template[data-way]");
    the(row, "[data-number]").textContent = words(app, "duty-number", { number });
    the(row, "[data-text]").textContent = text;
    const chips = ksbs
      .filter(({ duties }) => duties.includes(number))
      .map(({ code, statement }) => {
        const chip = document.createElement("a");
        Object.assign(chip, { href: `#offline-claim-${code}`, title: statement, textContent: code });
        chip.setAttribute("role", "button");
        chip.dataset.tick = code;
        return chip;
      });
    the(row, ".codes").append(...chips.flatMap((chip) => [chip, " "]));
    return row;
  }

  /** @param {import("./store.js").Ksb} ksb */
  function choice(ksb) {
    const row = drawn(app, "template[data-choice]");
    const [tick, why] = every(row, "input", HTMLInputElement);
    const label = the(row, "[data-why]", HTMLLabelElement);
    const claim = piece.claims.find((one) => one.ksb === ksb.id);
    Object.assign(row.dataset, { code: ksb.code, words: `${ksb.code} ${ksb.statement}` });
    if (ksb.state === "not_started") row.dataset.gap = "";
    the(row, "[data-code]").textContent = ksb.code;
    the(row, "[data-statement]").textContent = ksb.statement;
    the(row, ".ksb-standing").dataset.state = ksb.state;
    the(row, "use", SVGUseElement).setAttribute("href", `#state-${ksb.state}`);
    the(row, "[data-standing]").textContent = snapshot.states.find(({ state }) => state === ksb.state)?.label ?? "";
    label.textContent = words(app, chosen()?.wants_line ? "why-each" : "why", { code: ksb.code });
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

  const suggest = () => suggestTitle(form, titleFrom(app, field(form, "narrative").value, piece.files));

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

  /**
   * @param {unknown} error
   * @param {File[]} [notKept]
   */
  function failed(error, notKept) {
    const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
    fault(words(app, isFull ? "no-room" : "not-kept"), notKept);
  }

  /** @param {File[]} files */
  async function addFiles(files) {
    const { file_bytes: mostBytes, files: mostFiles } = snapshot.limits;
    /** @type {Set<string>} */
    const reasons = new Set();
    const notKept = [];
    /** @type {AddedFile[]} */
    const added = [];
    let room = await roomBytes();
    for (const blob of files) {
      const { name, size } = blob;
      const isRefused =
        (!size && words(app, "empty", { name })) ||
        (size > mostBytes && words(app, "too-large", { name })) ||
        (piece.files.length >= mostFiles && words(app, "most-files", { count: mostFiles })) ||
        (size > room && words(app, "no-room-for", { name, size: readableSize(size), room: readableSize(room) }));
      if (isRefused) {
        reasons.add(isRefused);
        if (size) notKept.push(blob);
        continue;
      }
      room -= size;
      const file = { id: crypto.randomUUID(), name, size };
      piece.files.push(file);
      added.push({ id: file.id, blob });
    }
    fault([...reasons].join(" "), notKept);
    showFiles();
    if (!added.length) return;
    try {
      await changed(added);
      suggest();
      navigator.storage?.persist?.();
    } catch (error) {
      const before = new Set(added.map(({ id }) => id));
      piece.files = piece.files.filter(({ id }) => !before.has(id));
      showFiles();
      failed(error, [...notKept, ...files.filter((file) => added.some(({ blob }) => blob === file))]);
    }
    showRoom();
  }

  // A form that closed with the camera running would film unseen.
  function isRecording() {
    const { state } = within("[data-recorder-panel]").dataset;
    if (state !== "recording" && state !== "paused") return false;
    fault(words(app, "still-recording"));
    within("[data-fault]").scrollIntoView({ block: "nearest" });
    return true;
  }

  function close() {
    form.hidden = true;
    document.dispatchEvent(new CustomEvent("offline:form-closed"));
  }

  form.addEventListener("input", (event) => {
    if (!target(event).closest("[data-ksb-filter], [type=file]")) changed();
  });
  form.addEventListener("change", (event) => {
    const input = target(event);
    if (input === field(form, "narrative")) suggest();
    if (input instanceof HTMLInputElement && input.type === "file") {
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
  within("[data-close]").addEventListener("click", async () => {
    if (isRecording()) return;
    try {
      if (isChanged) await save("writing");
      close();
    } catch (error) {
      failed(error);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isRecording()) return;
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
