// A small toolbar for a text in Markdown (textarea[data-markdown]), the preview that follows it, and the prompts of the
// kind that is chosen. What it looks like is made by the server, which keeps the only rules for it.
import htmx from "../htmx.js";

const PREVIEW_MS = 400;

function start(area) {
  function announce() {
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }

  function wrap(mark) {
    const { selectionStart: from, selectionEnd: to } = area;
    const chosen = area.value.slice(from, to) || "words";
    area.setRangeText(`${mark}${chosen}${mark}`, from, to, "select");
    area.setSelectionRange(from + mark.length, from + mark.length + chosen.length);
    announce();
  }

  function begin(mark) {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const lines = area.value.slice(from, area.selectionEnd).split("\n");
    area.setRangeText(lines.map((line) => mark + line).join("\n"), from, area.selectionEnd, "end");
    announce();
  }

  const bar = document.createElement("div");
  bar.className = "markdown-bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Formatting");
  const acts = [
    ["Bold", () => wrap("**")],
    ["List", () => begin("- ")],
    ["Heading", () => begin("# ")],
  ];
  for (const [name, act] of acts) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: name });
    button.addEventListener("click", act);
    bar.append(button);
  }
  area.before(bar);

  const preview = document.querySelector("[data-preview]");
  preview.hidden = false;
  let timer = null;
  let shown = null;
  function show() {
    if (!preview.open || area.value === shown) return;
    shown = area.value;
    htmx.ajax("POST", preview.dataset.previewUrl, { target: "#preview", values: { text: shown } });
  }
  preview.addEventListener("toggle", show);
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PREVIEW_MS);
  });

  const kind = document.querySelector("[data-kind]");
  kind.addEventListener("change", () => {
    const values = {};
    for (const [name, value] of new FormData(area.form)) {
      if (/^(kind$|prompt_|answer_)/.test(name)) values[name] = value;
    }
    htmx.ajax("POST", kind.dataset.promptsUrl, { target: "#prompts", values });
  });
}

const textarea = document.querySelector("textarea[data-markdown]");
if (textarea) start(textarea);
