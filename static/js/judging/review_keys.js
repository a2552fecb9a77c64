// @ts-check
// Keys for who judges for hours: j/k next and previous claim, m met, n not yet, x not assessed, f feedback, s sign off,
// a add a KSB, r rules of evidence, Ctrl+Enter finish. Letters work only where nothing is being typed.
import { every, first, the } from "../elements.js";

const form = first(document, "[data-review]", HTMLFormElement);

if (form) {
  const claims = every(form, "[data-claim]");
  const help = first(form, ".keys");
  if (help) help.hidden = false;
  const current = () => claims.find((claim) => claim.contains(document.activeElement));
  const go = (/** @type {number} */ step) => {
    const at = claims.findIndex((claim) => claim === current());
    const next = claims[Math.min(Math.max(at + step, 0), claims.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  /** One that the assessor added is met, and has nothing to choose. */
  const choose = (/** @type {HTMLElement} */ claim, /** @type {string} */ outcome) =>
    first(claim, `input[type=radio][value=${outcome}]`)?.click();
  /** To a part of the feedback, unfolded where it is folded. */
  const write = (/** @type {HTMLElement} */ claim, /** @type {string} */ part) => {
    const text = the(claim, `textarea[name^=${part}_]`);
    const fold = text.closest("details");
    if (fold) fold.open = true;
    text.focus();
  };
  /** @type {Record<string, (claim: HTMLElement) => void>} */
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    m: (claim) => choose(claim, "met"),
    n: (claim) => {
      choose(claim, "not_yet");
      write(claim, "missing");
    },
    x: (claim) => choose(claim, "not_judged"),
    f: (claim) => write(claim, first(claim, "input[value=met]:is(:checked, [type=hidden])") ? "meets" : "missing"),
    s: (claim) => first(claim, "input[type=checkbox]")?.click(),
    r: () => first(form, "#id_rules input")?.focus(),
    a: () => the(form, "[data-add]").click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit(the(form, "[data-finish]", HTMLButtonElement));
      return;
    }
    if (event.key === "Escape" && form.contains(document.activeElement)) {
      current()?.focus();
      return;
    }
    const isTyping = document.activeElement?.matches("textarea, input:not([type=radio]):not([type=checkbox])");
    const act = acts[event.key];
    if (!act || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const claim = current() ?? claims[0];
    // Whoever judges the first claim before going to any is on it now: the next key goes on from there.
    if (!current() && "mnx".includes(event.key)) claim.focus({ preventScroll: true });
    act(claim);
  });
}
