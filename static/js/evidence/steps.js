// @ts-check
// The evidence form in two steps on a narrow screen: capture, then what it shows. Where there is room both stand side by
// side. The bar below says how much there is; the style sheet hides the step that is not at hand. The browser's Back leads
// from the second step to the first.
import { every, first, target, the } from "../elements.js";
import { counted } from "../words.js";
import { stay } from "./address.js";

/** @param {HTMLFormElement} form */
function start(form) {
  const counts = the(form, "[data-counts]");
  let ksbs = 0;

  function tell() {
    const files = every(form, ".file-list > li, [data-upload-list] > li").length;
    counts.textContent = `${counted(counts, "files", files)} · ${counted(counts, "ksbs", ksbs)}`;
    counts.hidden = false;
  }

  /** @param {string} step */
  function go(step) {
    form.dataset.at = step;
    const heading = the(form, `[data-step=${step}] h2`);
    form.scrollIntoView({ block: "start", behavior: "instant" });
    heading.focus({ preventScroll: true });
  }

  /** @param {string} step */
  function walk(step) {
    if (step === "capture" && history.state?.isNext) history.back();
    else {
      if (step === "shows") history.pushState({ step, isNext: true }, "");
      go(step);
    }
  }

  /** @param {string} hash what an address or a link of the page points to */
  function reveal(hash) {
    const place = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    const step = place?.closest("[data-step]");
    if (!(step instanceof HTMLElement) || form.dataset.at === step.dataset.step) return;
    form.dataset.at = step.dataset.step;
    place?.scrollIntoView();
    place?.focus();
  }

  for (const button of every(form, "[data-to-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => walk(button.dataset.toStep ?? ""));
  }
  window.addEventListener("popstate", ({ state }) => {
    if (!state?.step) return;
    stay();
    go(state.step);
  });
  // Before the link is followed, or the summary of errors puts the focus there.
  document.addEventListener(
    "click",
    (event) => {
      const link = target(event).closest("a[href^='#']");
      if (link) reveal(link.getAttribute("href") ?? "");
    },
    true,
  );
  window.addEventListener("hashchange", () => reveal(location.hash));
  form.addEventListener("ksbs-chosen", (event) => {
    ksbs = event.detail;
    tell();
  });
  form.addEventListener("files-added", tell);
  form.addEventListener("files-listed", tell);
  tell();
  if (history.state?.step) form.dataset.at = history.state.step;
  else history.replaceState({ ...history.state, step: form.dataset.at }, "");
  reveal(location.hash);
}

const form = first(document, "form[data-at]", HTMLFormElement);
if (form) start(form);
