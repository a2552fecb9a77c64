// Narrows the list of KSBs to those with the typed words. Ticked ones stay in sight.
for (const picker of document.querySelectorAll("[data-ksb-picker]")) {
  const box = picker.querySelector(".ksb-filter");
  const input = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const choices = [...picker.querySelectorAll(".ksb-choice")];
  box.hidden = false;

  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const choice of choices) {
      const text = choice.dataset.words.toLowerCase();
      const isTicked = choice.querySelector("input[type=checkbox]")?.checked;
      choice.hidden = !isTicked && !words.every((word) => text.includes(word));
      if (!choice.hidden) shown += 1;
    }
    for (const group of picker.querySelectorAll(".ksb-group")) {
      group.hidden = !group.querySelector(".ksb-choice:not([hidden])");
    }
    status.textContent = words.length ? `${shown} of ${choices.length} shown` : "";
  });

  // Enter in the search box must not send the form.
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
