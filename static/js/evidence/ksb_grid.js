// @ts-check
// The grid of evidence and KSBs: arrow keys move, each press is saved at once, undo takes presses back one by one, and the
// box below holds the line of justification of the cell in focus. Without this the ticks are sent by the button.
import { copiesOf, drop, keep } from "../drafts/device_copy.js";
import { drawn, every, field, first, target, the } from "../elements.js";
import { momentInWords, words } from "../words.js";

const RETRY_MS = 4000;
const WORDS_MS = 900;
/** @type {Record<string, [down: number, right: number]>} */
const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, 1],
  End: [0, -1],
};

/** @param {HTMLFormElement} form */
function start(form) {
  const state = the(form, "[data-grid-state]");
  const undo = the(document, "[data-grid-undo]", HTMLButtonElement);
  const why = the(document, "[data-grid-why]");
  const area = the(why, "textarea", HTMLTextAreaElement);
  const help = the(document, "[data-grid-help]");
  const rows = every(form, "tbody tr", HTMLTableRowElement);
  const cells = rows.map((row) => every(row, "td", HTMLTableCellElement));
  const boxes = every(form, "tbody input[type=checkbox]", HTMLInputElement);
  /** @type {{ box: HTMLInputElement, isClaimed: boolean, words: string }[]} */
  const done = [];
  let queue = Promise.resolve();
  /** @type {HTMLInputElement | null} */
  let current = null;
  /** @type {number | undefined} */
  let timer;
  help.textContent = words(help, "live");
  the(form, "[data-plain]").hidden = true;
  undo.hidden = false;
  for (const [at, box] of boxes.entries()) box.tabIndex = at ? -1 : 0;

  const code = (/** @type {HTMLInputElement} */ box) => box.value;
  const row = (/** @type {HTMLInputElement} */ box) => /** @type {HTMLTableRowElement} */ (box.closest("tr"));
  const whyOf = (/** @type {HTMLInputElement} */ box) => box.dataset.why ?? "";
  /** @param {HTMLInputElement} box */
  const place = (box) => {
    const at = rows.indexOf(row(box));
    return { row: at, cell: cells[at].findIndex((cell) => cell.contains(box)) };
  };
  const wait = (/** @type {number} */ ms) => new Promise((resolve) => void setTimeout(resolve, ms));

  /** @param {string} text */
  function say(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  /**
   * @typedef {{ state: string, claimed?: boolean, why?: string, message: string, count: number }} Told
   * @param {HTMLInputElement} box
   * @param {boolean} isClaimed
   * @param {string} text
   * @param {string} read
   * @returns {Promise<Told>}
   */
  async function send(box, isClaimed, text, read) {
    const body = new URLSearchParams({ claimed: isClaimed ? "1" : "0", read });
    // One that is chosen without a line gets the one that it had before, if there was one.
    if (isClaimed && (text || read)) body.set("why", text);
    for (;;) {
      const answer = await fetch((row(box).dataset.claimUrl ?? "").replace("CODE", code(box)), {
        method: "POST",
        body,
        headers: { "X-CSRFToken": field(form, "csrfmiddlewaretoken").value },
        redirect: "manual",
      }).catch(() => null);
      const isHeard = answer && answer.type !== "opaqueredirect" && answer.status < 500;
      // A page instead of an answer: this one is older than the session.
      const told = isHeard ? await answer.json().catch(() => null) : null;
      // What was cut short on its way there was not saved, so it is sent again.
      if (told && told.state !== "broken_off") return told;
      say(words(state, isHeard || answer?.type === "opaqueredirect" ? "signed-out" : "away"));
      await wait(RETRY_MS);
    }
  }

  /**
   * Sets a cell, shows it at once and saves it after those before it.
   * @param {HTMLInputElement} box
   * @param {boolean} isClaimed
   * @param {string} text
   */
  function set(box, isClaimed, text, { remembers = true } = {}) {
    const wasClaimed = "claimed" in box.dataset ? box.dataset.claimed === "1" : !isClaimed;
    const before = { box, isClaimed: wasClaimed, words: whyOf(box) };
    if (remembers) done.push(before);
    box.checked = isClaimed;
    box.dataset.claimed = isClaimed ? "1" : "0";
    box.dataset.why = isClaimed ? text : "";
    box.dataset.isUnsaved = String(Number(box.dataset.isUnsaved ?? 0) + 1);
    undo.disabled = !done.length;
    if (box === current && document.activeElement !== area) show(box);
    queue = queue.then(async () => {
      const told = await send(box, isClaimed, text, before.words);
      if (box.dataset.isUnsaved === "1") delete box.dataset.isUnsaved;
      else box.dataset.isUnsaved = String(Number(box.dataset.isUnsaved) - 1);
      if (told.state !== "saved") {
        // Where nothing is told of the claim, the whole piece is closed: it stands as it stood.
        const stands = told.claimed ?? wasClaimed;
        box.checked = stands;
        box.dataset.claimed = stands ? "1" : "0";
        box.dataset.why = told.why ?? before.words;
        const isKept = text && text !== box.dataset.why;
        if (isKept) keepOnDevice(box, text);
        say([`${code(box)}: ${told.message}`, isKept && words(state, "kept")].filter(Boolean).join(" "));
        return;
      }
      if (isClaimed && box.dataset.why === text && told.why !== text) {
        box.dataset.why = told.why ?? "";
        if (box === current && !area.value) area.value = box.dataset.why;
      }
      const most = Number(form.dataset.mostClaims);
      say(told.count > most ? words(state, "many", { count: told.count, most }) : words(state, "saved"));
    });
  }

  /**
   * A line that the site refused: it stays on this device, and is offered when the grid is opened again.
   * @param {HTMLInputElement} box
   * @param {string} text
   */
  function keepOnDevice(box, text) {
    const { person = "", apprenticeship = "" } = form.dataset;
    const piece = `grid ${row(box).dataset.piece} ${code(box)}`;
    keep("line", { person, piece, apprenticeship, isNew: false, revision: "", entries: [["why", text]] });
  }

  function offerCopies() {
    const { person = "", apprenticeship } = form.dataset;
    const isHere = (/** @type {{ piece: string, apprenticeship: string }} */ copy) =>
      copy.piece.startsWith("grid ") && copy.apprenticeship === apprenticeship;
    for (const copy of copiesOf(person, isHere)) {
      const [, piece, ksb] = copy.piece.split(" ");
      const text = copy.entries[0]?.[1] ?? "";
      const box = boxes.find((one) => row(one).dataset.piece === piece && code(one) === ksb);
      const notice = drawn(document, "#device-copy");
      const when = the(notice, "[data-when]");
      when.textContent = words(when, "kept", { time: momentInWords(new Date(copy.at)) });
      the(notice, "[data-excerpt]").textContent = `${ksb}: ${text}`;
      const restore = the(notice, "[data-bring-back]");
      // Where the piece is closed, the words can be copied from here.
      restore.hidden = !box;
      restore.addEventListener("click", () => {
        notice.remove();
        drop(copy.key);
        if (!box) return;
        set(box, true, text);
        box.focus();
      });
      the(notice, "[data-throw-away]").addEventListener("click", () => {
        drop(copy.key);
        notice.remove();
      });
      the(document, "#device-copies").append(notice);
    }
  }

  /** @param {HTMLInputElement} box */
  function show(box) {
    current = box;
    const isClaimed = box.checked;
    why.hidden = !isClaimed;
    if (!isClaimed) return;
    const head = every(form, "thead th")[place(box).cell + 1];
    the(why, "[data-why-code]").textContent = code(box);
    the(why, "[data-why-piece]").textContent = the(row(box), "th a").textContent;
    the(why, "[data-why-statement]").textContent = head.title;
    area.value = whyOf(box);
  }

  for (const box of boxes) {
    box.dataset.claimed = box.checked ? "1" : "0";
    box.addEventListener("change", () => set(box, box.checked, box.checked ? whyOf(box) : ""));
    box.addEventListener("focus", () => {
      for (const other of boxes) other.tabIndex = other === box ? 0 : -1;
      show(box);
    });
  }

  function keepWords() {
    clearTimeout(timer);
    if (current?.checked && area.value.trim() !== whyOf(current)) set(current, true, area.value.trim());
  }
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(keepWords, WORDS_MS);
  });
  area.addEventListener("blur", keepWords);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || (event.key === "Enter" && !event.shiftKey)) {
      event.preventDefault();
      keepWords();
      current?.focus();
    }
  });

  function takeBack() {
    const last = done.pop();
    if (!last) return;
    set(last.box, last.isClaimed, last.words, { remembers: false });
    last.box.focus();
  }
  undo.addEventListener("click", takeBack);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && document.activeElement !== area) {
      event.preventDefault();
      takeBack();
    }
  });

  form.addEventListener("keydown", (event) => {
    const box = target(event).closest("tbody input[type=checkbox]");
    if (!(box instanceof HTMLInputElement)) return;
    const at = place(box);
    const last = cells[0].length - 1;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!box.checked) box.click();
      area.focus();
      return;
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    // Cells that cannot be set are stepped over.
    let [to, side] = [at.row, at.cell];
    const [down, right] = step;
    // From the far side they are looked for backwards.
    if (event.key === "Home") side = -1;
    if (event.key === "End") side = last + 1;
    for (;;) {
      to += down;
      side += right;
      const cell = cells[to]?.[side];
      if (!cell) return;
      const next = cell.querySelector("input");
      if (!next) continue;
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
  });

  offerCopies();
  window.addEventListener("beforeunload", (event) => {
    if (boxes.some((box) => "isUnsaved" in box.dataset)) event.preventDefault();
  });
}

const grid = first(document, "[data-grid]", HTMLFormElement);
if (grid) start(grid);
