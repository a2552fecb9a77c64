// The grid of evidence and KSBs: arrow keys move, each press is saved at once, undo takes presses back one by one, and the
// box below holds the line of justification of the cell in focus. Without this the ticks are sent by the button.
function start(form) {
  const RETRY_MS = 4000;
  const WORDS_MS = 900;
  const state = form.querySelector("[data-grid-state]");
  const undo = document.querySelector("[data-grid-undo]");
  const why = document.querySelector("[data-grid-why]");
  const area = why.querySelector("textarea");
  const help = document.querySelector("[data-grid-help]");
  const rows = [...form.querySelectorAll("tbody tr")];
  const cells = rows.map((row) => [...row.querySelectorAll("td")]);
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const done = [];
  let queue = Promise.resolve();
  let current = null;
  let timer = null;
  help.textContent = help.dataset.words;
  form.querySelector("[data-plain]").hidden = true;
  undo.hidden = false;
  for (const [at, box] of boxes.entries()) box.tabIndex = at ? -1 : 0;

  const code = (box) => box.value;
  const row = (box) => box.closest("tr");
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  function say(words) {
    if (state.textContent !== words) state.textContent = words;
  }

  async function send(box, isClaimed, words, read) {
    const body = new URLSearchParams({ claimed: isClaimed ? "1" : "0", read });
    if (isClaimed) body.set("why", words);
    for (;;) {
      const answer = await fetch(row(box).dataset.claimUrl.replace("CODE", code(box)), {
        method: "POST",
        body,
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        redirect: "manual",
      }).catch(() => null);
      const isHeard = answer && answer.type !== "opaqueredirect" && answer.status < 500 && answer.status !== 403;
      const told = isHeard ? await answer.json() : null;
      // What was cut short on its way there was not saved, so it is sent again.
      if (told && told.state !== "broken_off") return told;
      say(answer?.type === "opaqueredirect" ? "You are signed out. Sign in again in another tab: it is saved then." : "Not saved yet. The site cannot be reached; trying again.");
      await wait(RETRY_MS);
    }
  }

  // Sets a cell, shows it at once and saves it after those before it.
  function set(box, isClaimed, words, { remembers = true } = {}) {
    const before = { box, isClaimed: "claimed" in box.dataset ? box.dataset.claimed === "1" : !isClaimed, words: box.dataset.why };
    if (remembers) done.push(before);
    box.checked = isClaimed;
    box.dataset.claimed = isClaimed ? "1" : "0";
    box.dataset.why = isClaimed ? words : "";
    box.dataset.isUnsaved = Number(box.dataset.isUnsaved ?? 0) + 1;
    undo.disabled = !done.length;
    if (box === current && document.activeElement !== area) show(box);
    queue = queue.then(async () => {
      const told = await send(box, isClaimed, words, before.words);
      if (box.dataset.isUnsaved === "1") delete box.dataset.isUnsaved;
      else box.dataset.isUnsaved -= 1;
      if (told.state !== "saved") {
        box.checked = told.claimed;
        box.dataset.claimed = told.claimed ? "1" : "0";
        box.dataset.why = told.why;
        say(`${code(box)}: ${told.message}`);
        return;
      }
      const most = Number(form.dataset.mostClaims);
      say(told.count > most ? `Saved. This piece claims ${told.count} KSBs; your provider suggests ${most} at most.` : "Saved.");
    });
  }

  function show(box) {
    current = box;
    const isClaimed = box.checked;
    why.hidden = !isClaimed;
    if (!isClaimed) return;
    const head = form.querySelectorAll("thead th")[cells[rows.indexOf(row(box))].indexOf(box.closest("td")) + 1];
    why.querySelector("[data-why-code]").textContent = code(box);
    why.querySelector("[data-why-piece]").textContent = row(box).querySelector("th a").textContent;
    why.querySelector("[data-why-statement]").textContent = head.title;
    area.value = box.dataset.why;
  }

  for (const box of boxes) {
    box.dataset.claimed = box.checked ? "1" : "0";
    box.addEventListener("change", () => set(box, box.checked, box.checked ? box.dataset.why : ""));
    box.addEventListener("focus", () => {
      for (const other of boxes) other.tabIndex = other === box ? 0 : -1;
      show(box);
    });
  }

  function keepWords() {
    clearTimeout(timer);
    if (current?.checked && area.value.trim() !== current.dataset.why) set(current, true, area.value.trim());
  }
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keepWords, WORDS_MS);
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
    const box = event.target.closest("tbody input[type=checkbox]");
    if (!box) return;
    const at = { row: rows.indexOf(row(box)), cell: cells[rows.indexOf(row(box))].indexOf(box.closest("td")) };
    const last = cells[0].length - 1;
    const steps = {
      ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -last], End: [0, last],
    };
    if (event.key === "Enter") {
      event.preventDefault();
      if (!box.checked) box.click();
      area.focus();
      return;
    }
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    // Cells that cannot be set are stepped over.
    let [to, side] = [at.row, at.cell];
    const [down, right] = step;
    const isFar = event.key === "Home" || event.key === "End";
    if (isFar) side = event.key === "Home" ? -1 : last + 1;
    const move = isFar ? (event.key === "Home" ? 1 : -1) : right;
    for (;;) {
      to += down;
      side += move;
      const cell = cells[to]?.[side];
      if (!cell) return;
      const next = cell.querySelector("input");
      if (!next) continue;
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (boxes.some((box) => "isUnsaved" in box.dataset)) event.preventDefault();
  });
}

const grid = document.querySelector("[data-grid]");
if (grid) start(grid);
