// @ts-check
// KSBs marked while an observation is recorded ([data-live-marks]): one press notes the time and the KSB. Marks are in a
// field of the form, and on the device until the site has them, so that neither a reload nor a lost network loses any.
import { drawn, every, first, the } from "../elements.js";
import { words } from "../words.js";

/** @typedef {{ id: string, ksb: string, ms: number, name: string }} Mark */

class LiveMarks {
  /** @type {Mark[]} */
  marks = [];

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.key = `live-marks/${form.dataset.liveMarks}`;
    this.field = the(form, "input[name=marks]", HTMLInputElement);
    this.list = the(form, "[data-mark-list]");
    this.said = the(form, "[data-mark-said]");
    this.panel = first(form, "[data-recorder-panel]");
    this.marks = this.kept();
    this.draw();
    the(form, "[data-mark-buttons]").hidden = false;
    for (const button of every(form, "[data-mark]")) button.addEventListener("click", () => this.press(button));
    // The recording has its name only when it ends.
    form.addEventListener("uploader:file", (event) => {
      const file = /** @type {CustomEvent<File>} */ (event).detail;
      for (const mark of this.marks) mark.name ||= file.name;
      this.keep();
    });
    form.addEventListener("recorder:discarded", () => {
      this.marks = this.marks.filter((mark) => mark.name);
      this.keep();
    });
  }

  // Those of before a reload, but for what the site has by now, and of a recording that the reload broke off.
  kept() {
    const there = new Set(every(this.list, "[data-marker]").map((row) => row.dataset.marker));
    /** @type {Mark[]} */
    const every_ = JSON.parse(this.field.value || localStorage.getItem(this.key) || "[]");
    return every_.filter((mark) => mark.name && !there.has(mark.id));
  }

  /** @param {HTMLElement} button */
  press(button) {
    const code = button.dataset.mark ?? "";
    const box = first(this.form, `input[name=ksbs][value="${button.dataset.ksb}"]`, HTMLInputElement);
    if (box) box.checked = true;
    const state = this.panel?.dataset.state;
    if (state !== "recording" && state !== "paused") {
      this.said.textContent = words(this.said, "ticked", { code });
      return;
    }
    const ms = Number(this.panel?.dataset.ms ?? 0);
    this.marks.push({ id: crypto.randomUUID(), ksb: code, ms, name: "" });
    this.said.textContent = words(this.said, "marked", { code, time: clock(ms) });
    this.keep();
  }

  keep() {
    // The recording that is running has no name yet, so its marks are not sent.
    this.field.value = JSON.stringify(this.marks.filter((mark) => mark.name));
    try {
      localStorage.setItem(this.key, JSON.stringify(this.marks));
    } catch {
      // A device without room keeps them on the page.
    }
    this.draw();
  }

  draw() {
    for (const row of every(this.list, "li:not([data-marker])")) row.remove();
    for (const mark of this.marks) {
      const row = drawn(this.form, "[data-mark-row]");
      the(row, "[data-mark-words]").textContent = `${mark.ksb} ${clock(mark.ms)}`;
      the(row, "[data-mark-remove]").addEventListener("click", () => {
        this.marks = this.marks.filter((one) => one !== mark);
        this.keep();
      });
      this.list.append(row);
    }
    this.field.value = JSON.stringify(this.marks.filter((mark) => mark.name));
  }
}

/** @param {number} ms */
function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

for (const form of every(document, "form[data-live-marks]", HTMLFormElement)) new LiveMarks(form);
