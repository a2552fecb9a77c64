// @ts-check
// Saves a form by itself: on the server a few seconds after the last key, on this device within a second. Without a session
// or a server the words stay in the page and on the device until they are saved. What the words are, the form's own class
// says, which extends this one.
import { drawn, every, field, the } from "../elements.js";
import { momentInWords, words as said } from "../words.js";
import { copiesOf, drop, forget, keep } from "./device_copy.js";

const QUIET_MS = 3000;
const AT_MOST_MS = 8000;
const DEVICE_MS = 700;
const RETRY_MS = 4000;
const GIVE_UP_MS = 15000;
const NOT_WORDS = new Set(["csrfmiddlewaretoken", "files", "token", "revision", "replaces", "did", "until"]);

/**
 * @typedef {import("./device_copy.js").Entries} Entries
 * @typedef {import("./device_copy.js").KeptCopy} KeptCopy
 */

/**
 * What the server says after a save (pages/portfolio/evidence_form/writing.py, pages/judging/unfinished.py).
 * @template W
 * @typedef {object} Told
 * @property {string} [state]
 * @property {string} [message]
 * @property {Record<string, string[]>} [errors]
 * @property {string} [revision]
 * @property {string} [edit_url]
 * @property {string} [suggested_title]
 * @property {string} [saved_at]
 * @property {W} [kept]
 */

/**
 * @template W
 * @typedef {Told<W> & { revision: string, kept: W }} Conflict
 */

/**
 * `W` is what the form says, in the shape in which the server tells what it keeps.
 * @template W
 */
export class Draft {
  // Changes count up; those up to `saved` are on the server.
  typed = 0;
  saved = 0;
  /** @type {{ device?: number, quiet?: number, most?: number, retry?: number }} */
  timers = {};
  /**
   * What a save said whose answer never came.
   * @type {W | null}
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

  /**
   * What the form says.
   * @param {Entries} [_entries] the form's own, if left out
   * @returns {W}
   */
  words(_entries) {
    throw new Error("Each form says what its words are.");
  }

  /**
   * Puts words into the form's fields.
   * @param {W} _words
   */
  fill(_words) {
    throw new Error("Each form says where its words go.");
  }

  /**
   * Two texts in one, the other's below one's own.
   * @param {W} _mine
   * @param {W} _other
   * @returns {W}
   */
  together(_mine, _other) {
    throw new Error("Each form says how two of its texts become one.");
  }

  /**
   * The other text where it is not the same: pairs of label and text.
   * @param {W} _mine
   * @param {W} _other
   * @returns {[label: string, text: string][]}
   */
  differences(_mine, _other) {
    throw new Error("Each form says how its texts differ.");
  }

  /**
   * What words begin with, in a line.
   * @param {W} _words
   * @returns {string}
   */
  excerpt(_words) {
    throw new Error("Each form says how its words begin.");
  }

  /**
   * Whether two texts are the same. Each form makes them in one order.
   * @param {W} one
   * @param {W} other
   */
  same(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
  }

  /**
   * Whether a copy on this device is of this form.
   * @param {KeptCopy} copy
   */
  isOurs(copy) {
    return copy.piece === this.about.piece;
  }

  /**
   * Before the words of a copy come back.
   * @param {KeptCopy} _copy
   */
  takeUp(_copy) {}

  /**
   * Once the server has the words.
   * @param {Told<W>} _told
   */
  kept(_told) {}

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
    /** @type {Told<W> | null} */
    const told = await answer.json().catch(() => null);
    if (told?.state !== "closed" && (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403)) {
      return this.tryAgain("signed-out", entries);
    }
    // It was cut short on its way there, so nothing of it was saved.
    if (told?.state === "broken_off") return this.tryAgain("away", entries);
    if (answer.status === 409 && told?.state === "conflict") return this.conflict(/** @type {Conflict<W>} */ (told));
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
    if (this.field("replaces")?.value) body.set("replaces", this.field("replaces").value);
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
   * @param {Told<W>} told
   * @param {number} upTo
   */
  adopt(told, upTo) {
    this.unanswered = null;
    this.saved = upTo;
    this.field("revision").value = told.revision ?? "";
    if (this.field("replaces")) this.field("replaces").value = "";
    this.kept(told);
    const fault = Object.values(told.errors ?? {})[0]?.[0];
    if (fault) this.say("partly", { time: told.saved_at, more: fault });
    // What was typed since is not there yet.
    else if (this.isDirty) this.say("saving");
    else this.say("saved", { time: told.saved_at });
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
   * @param {Conflict<W>} told
   * @returns {Promise<void> | undefined}
   */
  conflict(told) {
    if (this.unanswered && this.same(this.unanswered, told.kept)) {
      this.unanswered = null;
      this.field("revision").value = told.revision;
      return this.send();
    }
    this.keepOnDevice();
    this.isStuck = true;
    this.say("conflict");
    const panel = drawn(document, "#conflict");
    const list = the(panel, "[data-other]");
    for (const [label, text] of this.differences(this.words(), told.kept)) {
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
   * One's own words are saved first, so that where the server keeps versions, whichever text stays, the other is one.
   * @param {string | undefined} which
   * @param {Conflict<W>} told
   * @param {HTMLElement} panel
   */
  async settle(which, told, panel) {
    panel.remove();
    this.isStuck = false;
    this.replace(told.revision);
    if (which === "both") this.fill(this.together(this.words(), told.kept));
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
    if (this.field("replaces")) this.field("replaces").value = revision;
  }

  // Words that a page before this one could not save.
  offerCopies() {
    for (const copy of copiesOf(this.about.person, (found) => this.isOurs(found))) {
      const words = this.words(copy.entries);
      if (this.same(words, this.words())) drop(copy.key);
      else this.offer(copy, words);
    }
  }

  /**
   * @param {KeptCopy} copy
   * @param {W} words
   */
  offer(copy, words) {
    const notice = drawn(document, "#device-copy");
    const when = the(notice, "[data-when]");
    when.textContent = said(when, "kept", { time: momentInWords(new Date(copy.at)) });
    const excerpt = this.excerpt(words);
    the(notice, "[data-excerpt]").textContent = excerpt.length > 160 ? `${excerpt.slice(0, 160)}…` : excerpt;
    the(notice, "[data-bring-back]").addEventListener("click", () => {
      notice.remove();
      this.takeUp(copy);
      this.field("revision").value = copy.revision;
      this.fill(words);
      this.changed();
      this.keepOnDevice();
      drop(copy.key);
      this.save();
      the(this.form, "textarea").focus();
    });
    the(notice, "[data-throw-away]").addEventListener("click", () => {
      drop(copy.key);
      notice.remove();
    });
    the(document, "#device-copies").append(notice);
  }

  /**
   * Leaving by a button: what is typed is saved first; where it cannot be, the page stays and says so. What the server
   * does not have stays on the device, whatever the page that comes next says.
   * @param {SubmitEvent} event
   */
  async leave(event) {
    if (this.isLeaving || event.defaultPrevented) return;
    // A form cannot be sent from within its own sending, so what needs no waiting goes on as it is.
    if (!this.busy && (!this.isDirty || this.isStuck)) {
      this.forgetSaved();
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
    this.forgetSaved();
    this.form.requestSubmit(button);
    setTimeout(() => {
      this.isLeaving = false;
    }, 1000);
  }

  forgetSaved() {
    if (this.isDirty) this.keepOnDevice();
    else forget(this.page, this.about);
  }
}
