// @ts-check
// Saves an evidence form (<form data-draft>) by itself: on the server a few seconds after the last key, on this device
// within a second. Without a session or a server the words stay in the page and on the device until they are saved.
import { drawn, every, field, first, the } from "../elements.js";
import { momentInWords, words as said } from "../words.js";
import htmx from "../htmx.js";
import { copiesOf, drop, forget, keep } from "./device_copy.js";

const QUIET_MS = 3000;
const AT_MOST_MS = 8000;
const DEVICE_MS = 700;
const RETRY_MS = 4000;
const GIVE_UP_MS = 15000;
/** @type {("title" | "kind" | "narrative" | "happened_on")[]} */
const TEXTS = ["title", "kind", "narrative", "happened_on"];
const NOT_WORDS = new Set(["csrfmiddlewaretoken", "files", "token", "revision", "replaces", "did"]);

/**
 * @typedef {import("./device_copy.js").Words} Words
 * @typedef {import("./device_copy.js").Answer} Answer
 * @typedef {import("./device_copy.js").KeptCopy} KeptCopy
 * @typedef {[name: string, value: string][]} Entries
 *
 * What the server says after a save (pages/portfolio/saving.py).
 * @typedef {object} Told
 * @property {string} [state]
 * @property {string} [message]
 * @property {Record<string, string[]>} [errors]
 * @property {string} [revision]
 * @property {string} [edit_url]
 * @property {string} [saved_at]
 * @property {Words} [kept]
 * @typedef {Told & { revision: string, kept: Words }} Conflict
 */

class Draft {
  // Changes count up; those up to `saved` are on the server.
  typed = 0;
  saved = 0;
  /** @type {{ device?: number, quiet?: number, most?: number, retry?: number }} */
  timers = {};
  /**
   * What a save said whose answer never came.
   * @type {Words | null}
   */
  unanswered = null;
  /** @type {Promise<void> | null} */
  busy = null;
  isStuck = false;
  isLeaving = false;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.page = crypto.randomUUID?.() ?? String(Math.random());
    this.state = the(form, "[data-draft-state]");
    this.signIn = the(form, "[data-sign-in]");
    form.addEventListener("input", ({ target }) => {
      const name = /** @type {HTMLInputElement} */ (target).name;
      if (name && !NOT_WORDS.has(name)) this.changed();
    });
    form.addEventListener("submit", (event) => this.leave(event));
    window.addEventListener("online", () => this.isDirty && this.save());
    window.addEventListener("focus", () => this.isDirty && !this.signIn.hidden && this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.isDirty) {
        this.keepOnDevice();
        this.save();
      }
    });
    window.addEventListener("pagehide", () => this.isDirty && this.keepOnDevice());
    this.offerCopies();
  }

  get isDirty() {
    return this.typed !== this.saved;
  }

  // The person and piece that the form is of.
  get about() {
    const { person = "", piece = "", apprenticeship = "" } = this.form.dataset;
    return { person, piece, apprenticeship };
  }

  /** @param {string} name */
  field(name) {
    return field(this.form, name);
  }

  // The named values of the form, without what is not words.
  entries() {
    /** @type {Entries} */
    const found = [];
    for (const [name, value] of new FormData(this.form)) {
      if (!NOT_WORDS.has(name) && typeof value === "string") found.push([name, value]);
    }
    return found;
  }

  /**
   * What the form says, in the shape in which the server tells what it keeps.
   * @param {Entries} entries
   * @returns {Words}
   */
  words(entries = this.entries()) {
    const values = new Map(entries);
    const text = (/** @type {string} */ name) => (values.get(name) ?? "").replaceAll("\r\n", "\n");
    const answers = [];
    for (let at = 1; values.has(`prompt_${at}`); at += 1) {
      if (text(`answer_${at}`).trim()) answers.push({ prompt: values.get(`prompt_${at}`) ?? "", text: text(`answer_${at}`) });
    }
    /** @type {Record<string, string>} */
    const claims = {};
    for (const [name] of entries) {
      if (name.startsWith("claim_")) claims[name.slice(6)] = text(`why_${name.slice(6)}`).trim();
    }
    return {
      title: text("title").trim(),
      kind: text("kind"),
      narrative: text("narrative"),
      happened_on: text("happened_on"),
      is_showcase: values.has("is_showcase"),
      answers,
      claims,
    };
  }

  changed() {
    this.typed += 1;
    this.timers.device ??= window.setTimeout(() => this.keepOnDevice(), DEVICE_MS);
    if (!this.isStuck && this.signIn.hidden) this.say("saving");
    clearTimeout(this.timers.quiet);
    this.timers.quiet = window.setTimeout(() => this.save(), QUIET_MS);
    this.timers.most ??= window.setTimeout(() => this.save(), AT_MOST_MS);
  }

  keepOnDevice() {
    clearTimeout(this.timers.device);
    this.timers.device = undefined;
    if (!this.isDirty) return;
    const isNew = "isNew" in this.form.dataset;
    keep(this.page, { ...this.about, isNew, revision: this.field("revision").value, entries: this.entries() });
  }

  /**
   * Only a change of what it says is read out, and "Saved 12:03" stays the same for a minute.
   * @param {"saving" | "saved" | "partly" | "away" | "signed-out" | "closed" | "conflict"} what
   */
  say(what, { time = "", more = "" } = {}) {
    const text = [said(this.state, what, { time }), more].filter(Boolean).join(" ");
    if (this.state.textContent !== text) this.state.textContent = text;
    this.state.dataset.is = what;
    this.signIn.hidden = what !== "signed-out";
  }

  save() {
    this.busy ??= this.send().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  /** @returns {Promise<void>} */
  async send() {
    for (const timer of [this.timers.quiet, this.timers.most, this.timers.retry]) clearTimeout(timer);
    this.timers.most = undefined;
    if (!this.isDirty || this.isStuck) return undefined;
    const upTo = this.typed;
    const entries = this.entries();
    let answer = await this.post(entries);
    // Signed in again since, in another tab: this page needs that session's token.
    if (answer?.status === 403 && (await this.refreshToken())) answer = await this.post(entries);
    if (!answer || answer.status >= 500 || answer.status === 429) return this.tryAgain("away", entries);
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      return this.tryAgain("signed-out", entries);
    }
    /** @type {Told | null} */
    const told = await answer.json().catch(() => null);
    // It was cut short on its way there, so nothing of it was saved.
    if (told?.state === "broken_off") return this.tryAgain("away", entries);
    if (answer.status === 409 && told?.state === "conflict") return this.conflict(/** @type {Conflict} */ (told));
    if (!told?.revision) {
      this.keepOnDevice();
      return this.say("closed", { more: told?.message ?? Object.values(told?.errors ?? {}).flat()[0] });
    }
    return this.adopt(told, upTo);
  }

  /** @param {Entries} entries */
  async post(entries) {
    const body = new URLSearchParams(entries);
    body.set("revision", this.field("revision").value);
    if (this.field("replaces").value) body.set("replaces", this.field("replaces").value);
    return fetch(this.form.dataset.autosaveUrl ?? "", {
      method: "POST",
      body,
      headers: { "X-CSRFToken": this.field("csrfmiddlewaretoken").value },
      redirect: "manual",
      keepalive: String(body).length < 50_000,
      signal: AbortSignal.timeout(GIVE_UP_MS),
    }).catch(() => null);
  }

  async refreshToken() {
    const answer = await fetch(this.form.dataset.autosaveUrl ?? "", { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return false;
    const { csrf } = await answer.json();
    for (const input of every(document, "input[name=csrfmiddlewaretoken]", HTMLInputElement)) input.value = csrf;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
    return true;
  }

  /**
   * @param {"away" | "signed-out"} what
   * @param {Entries} entries
   */
  tryAgain(what, entries) {
    this.unanswered = what === "away" ? this.words(entries) : this.unanswered;
    this.keepOnDevice();
    this.say(what);
    this.timers.retry = window.setTimeout(() => this.save(), RETRY_MS);
  }

  /**
   * @param {Told} told
   * @param {number} upTo
   */
  adopt(told, upTo) {
    this.unanswered = null;
    this.saved = upTo;
    const { revision = "", edit_url: address = "", errors = {} } = told;
    this.field("revision").value = revision;
    this.field("replaces").value = "";
    delete this.form.dataset.isNew;
    this.form.action = address;
    if (location.pathname.endsWith("/new/")) history.replaceState(history.state, "", address);
    const fault = Object.values(errors)[0]?.[0];
    this.say(fault ? "partly" : "saved", { time: told.saved_at, more: fault });
    if (this.isDirty) {
      this.timers.quiet = window.setTimeout(() => this.save(), QUIET_MS);
      this.timers.most ??= window.setTimeout(() => this.save(), AT_MOST_MS);
      return;
    }
    if (fault) return;
    forget(this.page, this.about);
    this.form.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
  }

  /**
   * Another tab or device saved other words. If they are those of a save of ours whose answer never came, go on.
   * @param {Conflict} told
   * @returns {Promise<void> | undefined}
   */
  conflict(told) {
    if (this.unanswered && same(this.unanswered, told.kept)) {
      this.unanswered = null;
      this.field("revision").value = told.revision;
      return this.send();
    }
    this.keepOnDevice();
    this.isStuck = true;
    this.say("conflict");
    const panel = drawn(document, "#conflict");
    const list = the(panel, "[data-other]");
    for (const [label, text] of differences(this.form, this.words(), told.kept)) {
      const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = label;
      detail.textContent = text || "—";
      list.append(term, detail);
    }
    for (const button of every(panel, "[data-keep]")) {
      button.addEventListener("click", () => this.settle(button.dataset.keep, told, panel));
    }
    this.form.before(panel);
    panel.focus();
    return undefined;
  }

  /**
   * Whichever text stays, the other becomes a version of the piece.
   * @param {string | undefined} which
   * @param {Conflict} told
   * @param {HTMLElement} panel
   */
  async settle(which, told, panel) {
    panel.remove();
    this.isStuck = false;
    this.replace(told.revision);
    if (which === "both") this.addBelow(told.kept);
    this.typed += 1;
    await this.save();
    if (which === "other" && !this.isDirty) {
      this.fill(told.kept);
      this.replace(this.field("revision").value);
      this.typed += 1;
      await this.save();
    }
    this.state.focus();
  }

  /** @param {string} revision */
  replace(revision) {
    this.field("revision").value = revision;
    this.field("replaces").value = revision;
  }

  /** @param {Words} kept */
  addBelow(kept) {
    const mine = this.words();
    /** @type {(own: string, other: string) => string} */
    const below = (own, other) => (!other || own.includes(other) ? own : [own, other].filter(Boolean).join("\n\n"));
    const asked = new Set([...mine.answers, ...kept.answers].map((one) => one.prompt));
    this.fill({
      ...mine,
      title: mine.title || kept.title,
      happened_on: mine.happened_on || kept.happened_on,
      narrative: below(mine.narrative, kept.narrative),
      answers: [...asked].map((prompt) => ({ prompt, text: below(answerTo(mine, prompt), answerTo(kept, prompt)) })),
      claims: Object.fromEntries(
        [...new Set([...Object.keys(mine.claims), ...Object.keys(kept.claims)])].map((code) => [
          code,
          below(mine.claims[code] ?? "", kept.claims[code] ?? ""),
        ]),
      ),
    });
  }

  /**
   * Puts words into the form's fields.
   * @param {Words} words
   */
  fill(words) {
    for (const name of TEXTS) {
      if (this.field(name)) this.field(name).value = words[name];
    }
    if (this.field("is_showcase")) this.field("is_showcase").checked = words.is_showcase;
    for (const box of every(this.form, "input[type=checkbox][name^=claim_]", HTMLInputElement)) {
      const code = box.name.slice(6);
      box.checked = code in words.claims;
      if (box.checked) this.field(`why_${code}`).value = words.claims[code];
    }
    for (let at = 1; this.field(`prompt_${at}`); at += 1) {
      const { prompt, answer } = { prompt: this.field(`prompt_${at}`).value, answer: this.field(`answer_${at}`) };
      answer.value = answerTo(words, prompt);
    }
    for (const { prompt, text } of words.answers) this.addBox(prompt, text);
    if (words.answers.length) the(this.form, ".evidence-prompts", HTMLDetailsElement).open = true;
    document.dispatchEvent(new CustomEvent("claims-changed"));
  }

  /**
   * A box for an answer whose prompt the form does not have (any more).
   * @param {string} prompt
   * @param {string} text
   */
  addBox(prompt, text) {
    let count = 1;
    for (; this.field(`prompt_${count}`); count += 1) if (this.field(`prompt_${count}`).value === prompt) return;
    const [box, label, area, asked] = ["div", "label", "textarea", "input"].map((name) => document.createElement(name));
    box.className = "prompt-box mb-3";
    Object.assign(label, { className: "form-label", htmlFor: `id_answer_${count}`, textContent: prompt });
    Object.assign(area, { className: "form-control", id: `id_answer_${count}`, name: `answer_${count}`, rows: 3, value: text });
    Object.assign(asked, { type: "hidden", name: `prompt_${count}`, value: prompt });
    box.append(asked, label, area);
    the(document, "#prompts").append(box);
  }

  // Words that a page before this one could not save.
  offerCopies() {
    const { person, piece, apprenticeship } = this.about;
    const isNewForm = "isNew" in this.form.dataset;
    const fits = (/** @type {KeptCopy} */ copy) => copy.piece === piece || (isNewForm && copy.isNew && copy.apprenticeship === apprenticeship);
    for (const copy of copiesOf(person, fits)) {
      const words = this.words(copy.entries);
      if (same(words, this.words())) drop(copy.key);
      else this.offer(copy, words);
    }
  }

  /**
   * @param {KeptCopy} copy
   * @param {Words} words
   */
  offer(copy, words) {
    const notice = drawn(document, "#device-copy");
    const when = the(notice, "[data-when]");
    when.textContent = said(when, "kept", { time: momentInWords(new Date(copy.at)) });
    const excerpt = [words.title, words.narrative, ...words.answers.map((one) => one.text)].filter(Boolean).join(" · ");
    the(notice, "[data-excerpt]").textContent = excerpt.length > 160 ? `${excerpt.slice(0, 160)}…` : excerpt;
    the(notice, "[data-bring-back]").addEventListener("click", () => {
      notice.remove();
      if (copy.piece !== this.form.dataset.piece) this.become(copy.piece);
      this.field("revision").value = copy.revision;
      this.fill(words);
      this.changed();
      this.keepOnDevice();
      drop(copy.key);
      this.save();
      this.field("narrative").focus();
    });
    the(notice, "[data-throw-away]").addEventListener("click", () => {
      drop(copy.key);
      notice.remove();
    });
    the(document, "#device-copies").append(notice);
  }

  /**
   * Go on as the new piece that the copy was of: its first save may have arrived after all.
   * @param {string} piece
   */
  become(piece) {
    const before = this.about.piece;
    for (const element of every(document, "#suggestions, [data-uploader], [data-draft]")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes(before)) element.setAttribute(name, value.replaceAll(before, piece));
      }
    }
    this.field("token").value = piece;
    htmx.process(the(document, "#suggestions"));
  }

  /**
   * Leaving by a button: what is typed is saved first; where it cannot be, the page stays and says so.
   * @param {SubmitEvent} event
   */
  async leave(event) {
    if (this.isLeaving || event.defaultPrevented) return;
    // A form cannot be sent from within its own sending, so what needs no waiting goes on as it is.
    if (!this.busy && (!this.isDirty || this.isStuck)) {
      forget(this.page, this.about);
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    if (this.busy) await this.busy;
    if (this.isDirty && !this.isStuck) await this.save();
    if (["away", "signed-out"].includes(this.state.dataset.is ?? "")) {
      this.state.focus();
      return;
    }
    this.isLeaving = true;
    forget(this.page, this.about);
    this.form.requestSubmit(button);
    setTimeout(() => {
      this.isLeaving = false;
    }, 1000);
  }
}

/**
 * @param {Words} one
 * @param {Words} other
 */
function same(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** @param {Words} words */
function sorted(words) {
  const claims = Object.entries(words.claims).sort();
  return [words.title, words.kind, words.narrative, words.happened_on, words.is_showcase, words.answers, claims];
}

/**
 * @param {Words} words
 * @param {string} prompt
 */
function answerTo(words, prompt) {
  return words.answers.find((one) => one.prompt === prompt)?.text ?? "";
}

/**
 * The other text, field by field, where it is not the same: pairs of label and text.
 * @param {HTMLFormElement} form
 * @param {Words} mine
 * @param {Words} other
 */
function differences(form, mine, other) {
  const label = (/** @type {string} */ name) => first(form, `label[for=id_${name}]`)?.textContent?.trim() ?? name;
  /** @type {[label: string, text: string][]} */
  const pairs = [];
  for (const name of TEXTS) {
    const kind = name === "kind" && field(form, name).querySelector(`[value=${other.kind}]`)?.textContent;
    const shown = kind || other[name];
    if (mine[name] !== other[name]) pairs.push([label(name), shown]);
  }
  const prompts = new Set([...mine.answers, ...other.answers].map((one) => one.prompt));
  for (const prompt of prompts) {
    if (answerTo(mine, prompt) !== answerTo(other, prompt)) pairs.push([prompt, answerTo(other, prompt)]);
  }
  /** @param {Words} words */
  const claimed = ({ claims }) =>
    Object.entries(claims)
      .map(([code, why]) => `${code} ${why}`.trim())
      .join("\n");
  if (claimed(mine) !== claimed(other)) pairs.push([the(document, "#ksbs-heading").textContent ?? "", claimed(other)]);
  return pairs;
}

const form = first(document, "form[data-draft]", HTMLFormElement);
if (form) new Draft(form);
