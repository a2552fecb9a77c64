// @ts-check
// Helps to choose among many KSBs: narrows the list to words or gaps, ticks what a suggestion or a duty names and puts it
// on top with its line of justification, and says gently when one piece claims many.
import { every, first, target, the } from "../elements.js";
import { words } from "../words.js";
import htmx from "../htmx.js";

/** @param {HTMLElement} picker */
function start(picker) {
  const box = the(picker, ".ksb-filter");
  const input = the(box, "input[type=search]", HTMLInputElement);
  const gaps = the(box, "input[type=checkbox]", HTMLInputElement);
  const status = the(box, "[data-filter-state]");
  const top = the(picker, "[data-chosen]");
  const many = the(picker, "[data-many]");
  const choices = every(picker, ".ksb-choice");
  const tick = (/** @type {HTMLElement} */ choice) => first(choice, "input[type=checkbox]", HTMLInputElement);
  box.hidden = false;
  for (const hidden of every(picker, "[data-needs-script]")) hidden.hidden = false;

  function narrow() {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const choice of choices) {
      const text = (choice.dataset.words ?? "").toLowerCase();
      const fits = wanted.every((word) => text.includes(word)) && (!gaps.checked || "gap" in choice.dataset);
      choice.hidden = !tick(choice)?.checked && !fits && !top.contains(choice);
      if (!choice.hidden) shown += 1;
    }
    for (const group of every(picker, ".ksb-group:not([data-chosen])")) {
      group.hidden = !group.querySelector(".ksb-choice:not([hidden])");
    }
    const isNarrowed = wanted.length > 0 || gaps.checked;
    status.textContent = isNarrowed ? words(status, "shown", { shown, all: choices.length }) : "";
  }
  input.addEventListener("input", narrow);
  gaps.addEventListener("change", narrow);
  // Enter in a search box must not send the form.
  picker.addEventListener("keydown", (event) => {
    const asked = target(event);
    if (event.key !== "Enter" || !asked.matches("#ksb-filter, #duty-did")) return;
    event.preventDefault();
    asked.parentElement?.querySelector("button")?.click();
  });

  function count() {
    const claimed = choices.filter((choice) => tick(choice)?.checked ?? true).length;
    const isMany = claimed > Number(picker.dataset.mostClaims);
    many.hidden = !isMany;
    const text = isMany ? words(many, "many", { count: claimed }) : "";
    if (many.textContent !== text) many.textContent = text;
    const chosen = new Set(choices.filter((choice) => tick(choice)?.checked).map((choice) => choice.dataset.code));
    for (const way of every(picker, "[data-tick]")) way.classList.toggle("is-ticked", chosen.has(way.dataset.tick));
    top.hidden = !top.querySelector(".ksb-choice");
  }
  picker.addEventListener("change", count);
  document.addEventListener("claims-changed", count);
  document.addEventListener("htmx:afterSwap", count);
  count();

  /** @param {string | undefined} code */
  function link(code) {
    const choice = choices.find((one) => one.dataset.code === code);
    const claim = choice && tick(choice);
    if (!claim) return;
    if (!claim.checked) {
      choice.hidden = false;
      top.append(choice);
      claim.checked = true;
      claim.dispatchEvent(new Event("input", { bubbles: true }));
      claim.dispatchEvent(new Event("change", { bubbles: true }));
    }
    the(choice, ".ksb-why input").focus();
  }

  picker.addEventListener("click", (event) => {
    const way = target(event).closest("[data-tick]");
    if (way instanceof HTMLElement) {
      event.preventDefault();
      link(way.dataset.tick);
    }
    const answer = target(event).closest(".suggestion button");
    const row = answer?.closest(".suggestion");
    const list = row?.closest("[data-suggestions]");
    if (!(answer instanceof HTMLButtonElement) || !row || !list) return;
    event.preventDefault();
    const values = { ksb: answer.value, answer: answer.name };
    htmx.ajax("POST", list.getAttribute("data-answer-url") ?? "", { source: list, values, swap: "none" });
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (answer.name === "accepted") link(answer.value);
    else (next?.querySelector("button") ?? input).focus();
  });
}

const ksbPicker = first(document, "[data-ksb-picker]");
if (ksbPicker) start(ksbPicker);
