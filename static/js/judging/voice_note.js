// @ts-check
// Spoken feedback beside a review ([data-voice]): what the recorder or the file field gives is kept on the site at once, and
// what is written of it a second after the last key. What could not be kept stays on the page, to be tried again.
import { first, the } from "../elements.js";
import { words } from "../words.js";

const WAIT_MS = 1_000;
const ASK_AGAIN_MS = 3_000;

/**
 * What the site answers, as elements in which no script runs.
 * @param {string} text
 */
function drawnFrom(text) {
  return new DOMParser().parseFromString(text, "text/html").body;
}

const panel = first(document, "[data-voice]");

if (panel) {
  const url = panel.dataset.voiceUrl ?? "";
  const part = the(panel, "[data-voice-part]");
  const said = the(panel, "[data-voice-said]");
  const again = the(panel, "[data-voice-again]");
  /** @type {FormData | null} */
  let unsent = null;
  /** @type {number | undefined} */
  let clock;

  const lookAgain = () => {
    if (!first(part, "[data-voice-waiting]")) return;
    window.setTimeout(async () => {
      const answer = await fetch(`${url}?part=1`, { redirect: "manual" }).catch(() => null);
      if (answer?.ok && first(part, "[data-voice-waiting]")) {
        const fresh = drawnFrom(await answer.text());
        if (!first(fresh, "[data-voice-waiting]")) first(part, "[data-voice-waiting]")?.remove();
      }
      lookAgain();
    }, ASK_AGAIN_MS);
  };

  /**
   * @param {FormData} form
   * @param {boolean} [isQuiet] whether the part of the page stays as it is
   */
  const send = async (form, isQuiet = false) => {
    const token = the(panel, "input[name=csrfmiddlewaretoken]", HTMLInputElement).value;
    form.set("csrfmiddlewaretoken", token);
    form.set("part", "1");
    const answer = await fetch(url, { method: "POST", body: form, redirect: "manual" }).catch(() => null);
    const isAnswered = Boolean(answer && answer.headers.get("content-type")?.startsWith("text/html") && (answer.ok || answer.status === 422));
    unsent = isAnswered ? null : form;
    again.hidden = isAnswered;
    said.textContent = isAnswered ? "" : words(panel, "failed");
    if (!answer || !isAnswered || (isQuiet && answer.ok)) return;
    part.replaceChildren(...drawnFrom(await answer.text()).childNodes);
    lookAgain();
  };

  panel.addEventListener("uploader:file", (event) => {
    const form = new FormData();
    form.set("voice", /** @type {CustomEvent<File>} */ (event).detail);
    said.textContent = words(panel, "sending");
    send(form);
  });
  panel.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    const { submitter } = /** @type {SubmitEvent} */ (event);
    const form = new FormData(event.target, submitter);
    send(form);
  });
  panel.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement)) return;
    clearTimeout(clock);
    clock = window.setTimeout(() => {
      const form = new FormData();
      form.set("words", target.value);
      send(form, true);
    }, WAIT_MS);
  });
  again.addEventListener("click", () => unsent && send(unsent));
  lookAgain();
}
