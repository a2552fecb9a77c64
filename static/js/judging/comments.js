// @ts-check
// Comments found while feedback is typed. Alt+↓ goes to those that fit, the arrows choose, Enter inserts, Escape goes back.
import { drawn, first, target, the } from "../elements.js";
import { counted } from "../words.js";

const MOST_SHOWN = 5;
const FEWEST_LETTERS = 3;

const list = first(document, "[data-comments]");

if (list) {
  const form = /** @type {HTMLFormElement} */ (list.closest("form"));
  const choices = the(list, "[data-choices]");
  const found = the(list, "[data-found]");
  /** @type {Promise<string[]> | null} */
  let asked = null;
  /** @type {HTMLTextAreaElement | null} */
  let writing = null;

  /** All of them, asked for when somebody first writes; after a failure, again the next time. */
  const comments = () => {
    asked ??= fetch(list.dataset.commentsUrl ?? "", { redirect: "manual" })
      .then(async (answer) => (answer.ok ? (await answer.json()).comments : Promise.reject(new Error(answer.statusText))))
      .catch(() => {
        asked = null;
        return [];
      });
    return /** @type {Promise<string[]>} */ (asked);
  };

  /**
   * Where what is being typed begins: after the last line or sentence.
   * @param {HTMLTextAreaElement} text
   */
  const beginning = (text) => {
    const before = text.value.slice(0, text.selectionStart);
    return (before.match(/^[\s\S]*(?:\n|[.!?]\s+)/)?.[0] ?? "").length;
  };

  /**
   * @param {HTMLTextAreaElement} text
   * @param {boolean} [wantsAny]
   */
  const show = async (text, wantsAny = false) => {
    const typed = text.value.slice(beginning(text), text.selectionStart).trim().toLowerCase();
    const words = typed.split(/\s+/).filter(Boolean);
    const isEnough = typed.length >= FEWEST_LETTERS || (wantsAny && !typed);
    const all = isEnough ? await comments() : [];
    if (text !== document.activeElement) return;
    const fitting = all.filter((comment) => {
      const lower = comment.toLowerCase();
      return lower !== typed && words.every((word) => ` ${lower}`.includes(` ${word}`));
    });
    const shown = fitting.slice(0, MOST_SHOWN);
    choices.replaceChildren(
      ...shown.map((comment) => {
        const choice = drawn(list, "template");
        choice.textContent = comment;
        return choice;
      }),
    );
    list.hidden = !shown.length;
    found.textContent = shown.length ? counted(list, "found", shown.length) : "";
    if (shown.length) text.closest(".mb-3")?.after(list);
    writing = text;
  };

  const close = () => {
    list.hidden = true;
    choices.replaceChildren();
    found.textContent = "";
  };

  /** @param {Element} choice */
  const insert = (choice) => {
    const text = writing;
    if (!text) return;
    const [begin, end] = [beginning(text), text.selectionStart];
    text.focus();
    text.setRangeText(choice.textContent ?? "", begin, end, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };

  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement && event.isTrusted) show(event.target);
  });
  form.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLTextAreaElement) comments();
    if (!list.contains(target(event)) && event.target !== writing) close();
  });
  form.addEventListener("keydown", async (event) => {
    if (!(event.target instanceof HTMLTextAreaElement) || event.key !== "ArrowDown" || !event.altKey) return;
    event.preventDefault();
    if (list.hidden || writing !== event.target) await show(event.target, true);
    first(choices, "button")?.focus();
  });
  list.addEventListener("click", (event) => {
    const choice = target(event).closest("button");
    if (choice) insert(choice);
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.key === "Tab") return;
    // The letters that mark a claim are none here.
    event.stopPropagation();
    const at = document.activeElement;
    if (event.key === "Escape") {
      writing?.focus();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? at?.nextElementSibling : at?.previousElementSibling;
      if (next instanceof HTMLElement) next.focus();
      else if (event.key === "ArrowUp") writing?.focus();
    }
  });
}
