// @ts-check
// A small toolbar for a text in Markdown (textarea[data-markdown]), the preview that follows it, and the prompts of the
// kind that is chosen. What it looks like is made by the server, which keeps the only rules for it.
import { drawn, every, first, the } from "../elements.js";
import { words } from "../words.js";
import { ask } from "../htmx.js";
import { rove } from "../roving.js";

const PREVIEW_MS = 400;
const MARKS = /^\s*(?:[-*#]|\d+\.)\s|\*\*/m;

/** @param {HTMLTextAreaElement} area */
function start(area) {
  function announce() {
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }

  /** @param {string} mark */
  function wrap(mark) {
    const { selectionStart: from, selectionEnd: to } = area;
    const chosen = area.value.slice(from, to) || words(bar, "placeholder");
    area.setRangeText(`${mark}${chosen}${mark}`, from, to, "select");
    area.setSelectionRange(from + mark.length, from + mark.length + chosen.length);
    announce();
  }

  /** @param {string} mark */
  function begin(mark) {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const lines = area.value.slice(from, area.selectionEnd).split("\n");
    area.setRangeText(lines.map((line) => mark + line).join("\n"), from, area.selectionEnd, "end");
    announce();
  }

  const bar = drawn(document, "template[data-markdown-bar]");
  /** @type {Record<string, () => void>} */
  const acts = { bold: () => wrap("**"), list: () => begin("- "), heading: () => begin("# ") };
  for (const button of every(bar, "[data-act]", HTMLButtonElement)) {
    button.addEventListener("click", acts[button.dataset.act ?? ""]);
  }
  area.before(bar);
  rove(bar);

  // Plain words look as they are written.
  const preview = the(document, "[data-preview]", HTMLDetailsElement);
  const offer = () => {
    preview.hidden = !MARKS.test(area.value);
  };
  offer();
  /** @type {number | undefined} */
  let timer;
  /** @type {string | undefined} */
  let shown;
  function show() {
    if (!preview.open || area.value === shown) return;
    shown = area.value;
    ask("POST", preview.dataset.previewUrl ?? "", { target: "#preview", values: { text: shown } });
  }
  preview.addEventListener("toggle", show);
  area.addEventListener("input", () => {
    offer();
    clearTimeout(timer);
    timer = window.setTimeout(show, PREVIEW_MS);
  });

  const kind = the(document, "[data-kind]");
  kind.addEventListener("change", () => {
    /** @type {Record<string, unknown>} */
    const values = {};
    for (const [name, value] of new FormData(area.form ?? undefined)) {
      if (/^(kind$|prompt_|answer_)/.test(name)) values[name] = value;
    }
    ask("POST", kind.dataset.promptsUrl ?? "", { target: "#prompts", values });
  });
}

const textarea = first(document, "textarea[data-markdown]", HTMLTextAreaElement);
if (textarea) start(textarea);
