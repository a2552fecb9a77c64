// Helps to choose among many KSBs: narrows the list to words or gaps, ticks what a suggestion or a duty names and puts it
// on top with its line of justification, and says gently when one piece claims many.
import htmx from "../htmx.js";

function start(picker) {
  const box = picker.querySelector(".ksb-filter");
  const input = box.querySelector("input[type=search]");
  const gaps = box.querySelector("input[type=checkbox]");
  const status = box.querySelector("[data-filter-state]");
  const top = picker.querySelector("[data-chosen]");
  const many = picker.querySelector("[data-many]");
  const choices = [...picker.querySelectorAll(".ksb-choice")];
  const tick = (choice) => choice.querySelector("input[type=checkbox]");
  box.hidden = false;
  for (const hidden of picker.querySelectorAll("[data-needs-script]")) hidden.hidden = false;

  function narrow() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const choice of choices) {
      const text = choice.dataset.words.toLowerCase();
      const fits = words.every((word) => text.includes(word)) && (!gaps.checked || "gap" in choice.dataset);
      choice.hidden = !tick(choice)?.checked && !fits && !top.contains(choice);
      if (!choice.hidden) shown += 1;
    }
    for (const group of picker.querySelectorAll(".ksb-group:not([data-chosen])")) {
      group.hidden = !group.querySelector(".ksb-choice:not([hidden])");
    }
    status.textContent = words.length || gaps.checked ? `${shown} of ${choices.length} shown` : "";
  }
  input.addEventListener("input", narrow);
  gaps.addEventListener("change", narrow);
  // Enter in a search box must not send the form.
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("#ksb-filter, #duty-did")) return;
    event.preventDefault();
    event.target.parentElement.querySelector("button")?.click();
  });

  function count() {
    const claimed = choices.filter((choice) => !tick(choice) || tick(choice).checked).length;
    const isMany = claimed > Number(picker.dataset.mostClaims);
    many.hidden = !isMany;
    const words = isMany ? many.dataset.words.replace("{count}", claimed) : "";
    if (many.textContent !== words) many.textContent = words;
    const chosen = new Set(choices.filter((choice) => tick(choice)?.checked).map((choice) => choice.dataset.code));
    for (const link of picker.querySelectorAll("[data-tick]")) link.classList.toggle("is-ticked", chosen.has(link.dataset.tick));
    top.hidden = !top.querySelector(".ksb-choice");
  }
  picker.addEventListener("change", count);
  document.addEventListener("claims-changed", count);
  document.addEventListener("htmx:afterSwap", count);
  count();

  function link(code) {
    const choice = choices.find((one) => one.dataset.code === code);
    if (!choice || !tick(choice)) return;
    if (!tick(choice).checked) {
      choice.hidden = false;
      top.append(choice);
      tick(choice).checked = true;
      tick(choice).dispatchEvent(new Event("input", { bubbles: true }));
      tick(choice).dispatchEvent(new Event("change", { bubbles: true }));
    }
    choice.querySelector(".ksb-why input").focus();
  }

  picker.addEventListener("click", (event) => {
    const way = event.target.closest("[data-tick]");
    if (way) {
      event.preventDefault();
      link(way.dataset.tick);
    }
    const answer = event.target.closest(".suggestion button");
    if (!answer) return;
    event.preventDefault();
    const row = answer.closest(".suggestion");
    const list = row.closest("[data-suggestions]");
    const values = { ksb: answer.value, answer: answer.name };
    htmx.ajax("POST", list.dataset.answerUrl, { source: list, values, swap: "none" });
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (answer.name === "accepted") link(answer.value);
    else (next?.querySelector("button") ?? input).focus();
  });
}

const ksbPicker = document.querySelector("[data-ksb-picker]");
if (ksbPicker) start(ksbPicker);
