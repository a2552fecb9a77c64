// @ts-check
// Helps to choose among many KSBs: finds them by word or code, chooses what a suggestion or a duty names with one press and
// drops it with another, and lists what is chosen with the line about each. Nothing above what is pressed changes its size.
import { drawn, every, first, target, the } from "../elements.js";
import { words } from "../words.js";
import { ask } from "../htmx.js";
import { rove } from "../roving.js";

const CODE = /^[a-z]{1,3}\d{1,3}$/;

/**
 * Whether a KSB has all the words. A code is that code: "s1" does not find S10.
 * @param {HTMLElement} choice
 * @param {string[]} wanted
 */
export function hasWords(choice, wanted) {
  const text = (choice.dataset.words ?? "").toLowerCase();
  return wanted.every((word) => (CODE.test(word) ? choice.dataset.code?.toLowerCase() === word : text.includes(word)));
}

class Picker {
  /** @param {HTMLElement} picker */
  constructor(picker) {
    this.picker = picker;
    this.form = /** @type {HTMLFormElement} */ (picker.closest("form"));
    const box = the(picker, "[data-ksb-filter]");
    this.input = the(box, "input[type=search]", HTMLInputElement);
    this.look = the(box, "select", HTMLSelectElement);
    this.status = the(box, "[data-filter-state]");
    this.list = the(picker, "[data-ksb-list]");
    this.chosen = the(picker, "[data-chosen]");
    this.many = the(picker, "[data-many]");
    /** @type {Choice[]} */
    this.choices = [];
    box.hidden = false;
    picker.classList.add("is-live");
    for (const hidden of every(picker, "[data-needs-script]")) hidden.hidden = false;
    this.listen();
    this.takeUp();
  }

  // Takes up the KSBs that stand in the list. Where a script puts others there, it says so by "ksbs-listed".
  takeUp() {
    this.choices = every(this.list, ".ksb-choice").map((choice) => new Choice(this, choice));
    this.narrow();
    this.show();
  }

  listen() {
    this.input.addEventListener("input", (event) => {
      event.stopPropagation();
      this.narrow();
    });
    this.look.addEventListener("change", () => this.narrow());
    // Enter in a search box must not send the form.
    this.picker.addEventListener("keydown", (event) => {
      const asked = target(event);
      if (event.key !== "Enter" || !asked.matches("#ksb-filter, #duty-did")) return;
      event.preventDefault();
      asked.parentElement?.querySelector("button")?.click();
    });
    this.picker.addEventListener("change", (event) => target(event).matches("input[type=checkbox]") && this.show());
    this.picker.addEventListener("click", (event) => this.pressed(event));
    this.picker.addEventListener("ksbs-listed", () => this.takeUp());
    document.addEventListener("claims-changed", () => this.show());
    document.addEventListener("htmx:afterSwap", () => this.show());
  }

  narrow() {
    const wanted = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isAsked = wanted.length > 0 || this.look.value !== "";
    let shown = 0;
    for (const { element } of this.choices) {
      element.hidden = !hasWords(element, wanted) || (this.look.value === "gaps" && !("gap" in element.dataset));
      if (!element.hidden) shown += 1;
    }
    for (const group of every(this.list, ".ksb-group")) group.hidden = !group.querySelector(".ksb-choice:not([hidden])");
    this.list.hidden = !isAsked || !shown;
    const all = this.choices.length;
    this.status.textContent = isAsked ? words(this.status, shown ? "shown" : "none", { shown, all }) : "";
    rove(this.list);
  }

  // Brings the list of those chosen, the chips and the gentle word up to date with the boxes.
  show() {
    for (const choice of this.choices) choice.show();
    const list = the(this.chosen, "[data-chosen-list]");
    this.chosen.hidden = !list.childElementCount;
    rove(list);
    const ticked = new Set(this.choices.filter((one) => one.tick.checked).map((one) => one.code));
    for (const way of every(this.picker, "[data-tick]")) {
      way.setAttribute("aria-pressed", String(ticked.has(way.dataset.tick ?? "")));
    }
    const isMany = list.childElementCount > Number(this.picker.dataset.mostClaims);
    this.many.hidden = !isMany;
    const text = isMany ? words(this.many, "many", { count: list.childElementCount }) : "";
    if (this.many.textContent !== text) this.many.textContent = text;
    this.form.dispatchEvent(new CustomEvent("ksbs-chosen", { detail: list.childElementCount }));
  }

  /** @param {MouseEvent} event */
  pressed(event) {
    const answer = target(event).closest(".suggestion button");
    const way = target(event).closest("[data-tick]");
    if (!answer && !way) return;
    event.preventDefault();
    const choice = this.choices.find((one) => way instanceof HTMLElement && one.code === way.dataset.tick);
    choice?.toggle();
    const isDropped = choice && !choice.tick.checked;
    if (answer instanceof HTMLButtonElement && !isDropped) this.note(answer);
  }

  /**
   * Tells the site that a suggestion was taken or dropped. One that was dropped goes.
   * @param {HTMLButtonElement} answer
   */
  note(answer) {
    const list = the(this.picker, "[data-suggestions]");
    const choice = this.choices.find((one) => one.code === answer.value);
    const values = { ksb: answer.value, answer: answer.name };
    // In the name of the KSB's own row: requests of one element replace each other. What answers shows again, so not that row.
    ask("POST", list.dataset.answerUrl ?? "", { source: choice?.element, target: this.status, values, swap: "none" });
    if (answer.name !== "dismissed") return;
    const row = answer.closest(".suggestion");
    if (choice?.tick.checked) choice.toggle();
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    row?.remove();
    for (const group of every(list, "[data-roving]")) rove(group);
    (next?.querySelector("button") ?? this.input).focus();
  }
}

// One KSB: its box in the list of all, and its row among those chosen while it is.
class Choice {
  /** @type {HTMLElement | null} */
  row = null;

  /**
   * @param {Picker} picker
   * @param {HTMLElement} element
   */
  constructor(picker, element) {
    this.picker = picker;
    this.element = element;
    this.code = element.dataset.code ?? "";
    this.tick = the(element, "input[type=checkbox]", HTMLInputElement);
    this.why = the(element, ".ksb-why");
  }

  toggle() {
    this.tick.checked = !this.tick.checked;
    for (const kind of ["input", "change"]) this.tick.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  // What was written about it stays with its box while it is not chosen, and comes back with it.
  show() {
    if (this.tick.checked === Boolean(this.row)) return;
    if (this.row) {
      this.element.append(this.why);
      this.row.remove();
      this.row = null;
      return;
    }
    this.row = drawn(this.picker.picker, "template[data-chosen-row]");
    const label = the(this.element, ".form-check-label");
    the(this.row, "[data-words]").append(...[...label.childNodes].map((node) => node.cloneNode(true)));
    const remove = the(this.row, "button");
    the(remove, ".visually-hidden").textContent = ` ${this.code}`;
    remove.addEventListener("click", () => {
      const next = this.row?.nextElementSibling ?? this.row?.previousElementSibling;
      this.toggle();
      (next?.querySelector("button") ?? this.picker.input).focus();
    });
    remove.before(this.why);
    the(this.picker.chosen, "[data-chosen-list]").append(this.row);
  }
}

const ksbPicker = first(document, "[data-ksb-picker]");
if (ksbPicker) new Picker(ksbPicker);
