// Saves an evidence form (<form data-draft>) by itself: on the server a few seconds after the last key, on this device
// within a second. Without a session or a server the words stay in the page and on the device until they are saved.
import htmx from "../htmx.js";
import { copiesOf, drop, forget, keep } from "./device_copy.js";

const QUIET_MS = 3000;
const AT_MOST_MS = 8000;
const DEVICE_MS = 700;
const RETRY_MS = 4000;
const GIVE_UP_MS = 15000;
const NOT_WORDS = new Set(["csrfmiddlewaretoken", "files", "token", "revision", "replaces", "did"]);

class Draft {
  constructor(form) {
    this.form = form;
    this.page = crypto.randomUUID?.() ?? String(Math.random());
    this.state = form.querySelector("[data-draft-state]");
    this.signIn = form.querySelector("[data-sign-in]");
    this.typed = 0;
    this.saved = 0;
    this.timers = {};
    this.unanswered = null;
    this.busy = null;
    this.isStuck = false;
    form.addEventListener("input", (event) => event.target.name && !NOT_WORDS.has(event.target.name) && this.changed());
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

  field(name) {
    return this.form.elements[name];
  }

  // The named values of the form, without what is not words.
  entries() {
    return [...new FormData(this.form)].filter(([name, value]) => !NOT_WORDS.has(name) && typeof value === "string");
  }

  // What the form says, in the shape in which the server tells what it keeps.
  words(entries = this.entries()) {
    const values = new Map(entries);
    const text = (name) => (values.get(name) ?? "").replaceAll("\r\n", "\n");
    const answers = [];
    for (let at = 1; values.has(`prompt_${at}`); at += 1) {
      if (text(`answer_${at}`).trim()) answers.push({ prompt: values.get(`prompt_${at}`), text: text(`answer_${at}`) });
    }
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
    if (!this.timers.device) this.timers.device = setTimeout(() => this.keepOnDevice(), DEVICE_MS);
    if (!this.isStuck && this.signIn.hidden) this.say("saving");
    clearTimeout(this.timers.quiet);
    this.timers.quiet = setTimeout(() => this.save(), QUIET_MS);
    if (!this.timers.most) this.timers.most = setTimeout(() => this.save(), AT_MOST_MS);
  }

  keepOnDevice() {
    clearTimeout(this.timers.device);
    this.timers.device = null;
    if (!this.isDirty) return;
    const { person, piece, apprenticeship } = this.form.dataset;
    const isNew = "isNew" in this.form.dataset;
    keep(this.page, { person, piece, apprenticeship, isNew, revision: this.field("revision").value, entries: this.entries() });
  }

  // Only a change of what it says is read out, and "Saved 12:03" stays the same for a minute.
  say(what, { time = "", more = "" } = {}) {
    const words = [this.state.dataset[what].replace("{time}", time), more].filter(Boolean).join(" ");
    if (this.state.textContent !== words) this.state.textContent = words;
    this.state.dataset.is = what;
    this.signIn.hidden = what !== "signedOut";
  }

  save() {
    this.busy ??= this.send().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  async send() {
    for (const timer of ["quiet", "most", "retry"]) clearTimeout(this.timers[timer]);
    this.timers.most = null;
    if (!this.isDirty || this.isStuck) return;
    const upTo = this.typed;
    const entries = this.entries();
    let answer = await this.post(entries);
    // Signed in again since, in another tab: this page needs that session's token.
    if (answer?.status === 403 && (await this.refreshToken())) answer = await this.post(entries);
    if (!answer || answer.status >= 500 || answer.status === 429) return this.tryAgain("away", entries);
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      return this.tryAgain("signedOut", entries);
    }
    const told = await answer.json().catch(() => null);
    // It was cut short on its way there, so nothing of it was saved.
    if (told?.state === "broken_off") return this.tryAgain("away", entries);
    if (answer.status === 409 && told?.state === "conflict") return this.conflict(told);
    if (!told?.revision) {
      this.keepOnDevice();
      this.say("closed", { more: told?.message ?? Object.values(told?.errors ?? {}).flat()[0] });
      return;
    }
    this.adopt(told, upTo);
  }

  async post(entries) {
    const body = new URLSearchParams(entries);
    body.set("revision", this.field("revision").value);
    if (this.field("replaces").value) body.set("replaces", this.field("replaces").value);
    return fetch(this.form.dataset.autosaveUrl, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": this.field("csrfmiddlewaretoken").value },
      redirect: "manual",
      keepalive: String(body).length < 50_000,
      signal: AbortSignal.timeout(GIVE_UP_MS),
    }).catch(() => null);
  }

  async refreshToken() {
    const answer = await fetch(this.form.dataset.autosaveUrl, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return false;
    const { csrf } = await answer.json();
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = csrf;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
    return true;
  }

  tryAgain(what, entries) {
    this.unanswered = what === "away" ? this.words(entries) : this.unanswered;
    this.keepOnDevice();
    this.say(what);
    this.timers.retry = setTimeout(() => this.save(), RETRY_MS);
  }

  adopt(told, upTo) {
    this.unanswered = null;
    this.saved = upTo;
    this.field("revision").value = told.revision;
    this.field("replaces").value = "";
    delete this.form.dataset.isNew;
    this.form.action = told.edit_url;
    if (location.pathname.endsWith("/new/")) history.replaceState(history.state, "", told.edit_url);
    const fault = Object.values(told.errors)[0]?.[0];
    this.say(fault ? "partly" : "saved", { time: told.saved_at, more: fault });
    if (this.isDirty) {
      this.timers.quiet = setTimeout(() => this.save(), QUIET_MS);
      this.timers.most ??= setTimeout(() => this.save(), AT_MOST_MS);
      return;
    }
    if (fault) return;
    forget(this.page, this.form.dataset);
    this.form.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
  }

  // Another tab or device saved other words. If they are those of a save of ours whose answer never came, go on.
  conflict(told) {
    if (this.unanswered && same(this.unanswered, told.kept)) {
      this.unanswered = null;
      this.field("revision").value = told.revision;
      return this.send();
    }
    this.keepOnDevice();
    this.isStuck = true;
    this.say("conflict");
    const panel = document.getElementById("conflict").content.cloneNode(true).firstElementChild;
    const mine = this.words();
    const list = panel.querySelector("[data-other]");
    for (const [label, text] of differences(this.form, mine, told.kept)) {
      const [term, words] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = label;
      words.textContent = text || "—";
      list.append(term, words);
    }
    for (const button of panel.querySelectorAll("[data-keep]")) {
      button.addEventListener("click", () => this.settle(button.dataset.keep, told, panel));
    }
    this.form.before(panel);
    panel.focus();
  }

  // Whichever text stays, the other becomes a version of the piece.
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

  replace(revision) {
    this.field("revision").value = revision;
    this.field("replaces").value = revision;
  }

  addBelow(kept) {
    const mine = this.words();
    const below = (own, other) => (!other || own.includes(other) ? own : [own, other].filter(Boolean).join("\n\n"));
    const asked = new Set([...mine.answers, ...kept.answers].map((one) => one.prompt));
    const text = (answers, prompt) => answers.find((one) => one.prompt === prompt)?.text ?? "";
    this.fill({
      ...mine,
      title: mine.title || kept.title,
      happened_on: mine.happened_on || kept.happened_on,
      narrative: below(mine.narrative, kept.narrative),
      answers: [...asked].map((prompt) => ({ prompt, text: below(text(mine.answers, prompt), text(kept.answers, prompt)) })),
      claims: Object.fromEntries(
        [...new Set([...Object.keys(mine.claims), ...Object.keys(kept.claims)])].map((code) => [
          code,
          below(mine.claims[code] ?? "", kept.claims[code] ?? ""),
        ]),
      ),
    });
  }

  // Puts words into the form's fields.
  fill(words) {
    for (const name of ["title", "kind", "narrative", "happened_on"]) {
      if (this.field(name)) this.field(name).value = words[name];
    }
    if (this.field("is_showcase")) this.field("is_showcase").checked = words.is_showcase;
    for (const box of this.form.querySelectorAll("input[type=checkbox][name^=claim_]")) {
      const code = box.name.slice(6);
      box.checked = code in words.claims;
      if (box.checked) this.field(`why_${code}`).value = words.claims[code];
    }
    for (let at = 1; this.field(`prompt_${at}`); at += 1) {
      const { prompt, answer } = { prompt: this.field(`prompt_${at}`).value, answer: this.field(`answer_${at}`) };
      answer.value = words.answers.find((one) => one.prompt === prompt)?.text ?? "";
    }
    for (const { prompt, text } of words.answers) this.addBox(prompt, text);
    if (words.answers.length) this.form.querySelector(".evidence-prompts").open = true;
    document.dispatchEvent(new CustomEvent("claims-changed"));
  }

  // A box for an answer whose prompt the form does not have (any more).
  addBox(prompt, text) {
    let count = 1;
    for (; this.field(`prompt_${count}`); count += 1) if (this.field(`prompt_${count}`).value === prompt) return;
    const [box, label, area, asked] = ["div", "label", "textarea", "input"].map((name) => document.createElement(name));
    box.className = "prompt-box mb-3";
    Object.assign(label, { className: "form-label", htmlFor: `id_answer_${count}`, textContent: prompt });
    Object.assign(area, { className: "form-control", id: `id_answer_${count}`, name: `answer_${count}`, rows: 3, value: text });
    Object.assign(asked, { type: "hidden", name: `prompt_${count}`, value: prompt });
    box.append(asked, label, area);
    document.getElementById("prompts").append(box);
  }

  // Words that a page before this one could not save.
  offerCopies() {
    const { person, piece, apprenticeship } = this.form.dataset;
    const isNewForm = "isNew" in this.form.dataset;
    const fits = (copy) => copy.piece === piece || (isNewForm && copy.isNew && copy.apprenticeship === apprenticeship);
    for (const copy of copiesOf(person, fits)) {
      const words = this.words(copy.entries);
      if (same(words, this.words())) drop(copy.key);
      else this.offer(copy, words);
    }
  }

  offer(copy, words) {
    const notice = document.getElementById("device-copy").content.cloneNode(true).firstElementChild;
    const when = notice.querySelector("[data-when]");
    const time = new Date(copy.at).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    when.textContent = when.dataset.words.replace("{time}", time);
    const excerpt = [words.title, words.narrative, ...words.answers.map((one) => one.text)].filter(Boolean).join(" · ");
    notice.querySelector("[data-excerpt]").textContent = excerpt.length > 160 ? `${excerpt.slice(0, 160)}…` : excerpt;
    notice.querySelector("[data-bring-back]").addEventListener("click", () => {
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
    notice.querySelector("[data-throw-away]").addEventListener("click", () => {
      drop(copy.key);
      notice.remove();
    });
    document.getElementById("device-copies").append(notice);
  }

  // Go on as the new piece that the copy was of: its first save may have arrived after all.
  become(piece) {
    const before = this.form.dataset.piece;
    for (const element of document.querySelectorAll("#suggestions, [data-uploader], [data-draft]")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes(before)) element.setAttribute(name, value.replaceAll(before, piece));
      }
    }
    this.field("token").value = piece;
    htmx.process(document.getElementById("suggestions"));
  }

  // Leaving by a button: what is typed is saved first; where it cannot be, the page stays and says so.
  async leave(event) {
    if (this.isLeaving || event.defaultPrevented) return;
    // A form cannot be sent from within its own sending, so what needs no waiting goes on as it is.
    if (!this.busy && (!this.isDirty || this.isStuck)) {
      forget(this.page, this.form.dataset);
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    if (this.busy) await this.busy;
    if (this.isDirty && !this.isStuck) await this.save();
    if (["away", "signedOut"].includes(this.state.dataset.is)) {
      this.state.focus();
      return;
    }
    this.isLeaving = true;
    forget(this.page, this.form.dataset);
    this.form.requestSubmit(button);
    setTimeout(() => {
      this.isLeaving = false;
    }, 1000);
  }
}

function same(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(words) {
  const claims = Object.entries(words.claims).sort();
  return [words.title, words.kind, words.narrative, words.happened_on, words.is_showcase, words.answers, claims];
}

// The other text, field by field, where it is not the same: pairs of label and text.
function differences(form, mine, other) {
  const label = (name) => form.querySelector(`label[for=id_${name}]`)?.textContent.trim() ?? name;
  const pairs = [];
  for (const name of ["title", "kind", "narrative", "happened_on"]) {
    const shown = name === "kind" ? form.elements.kind.querySelector(`[value=${other.kind}]`)?.textContent : other[name];
    if (mine[name] !== other[name]) pairs.push([label(name), shown]);
  }
  const prompts = new Set([...mine.answers, ...other.answers].map((one) => one.prompt));
  const text = (answers, prompt) => answers.find((one) => one.prompt === prompt)?.text ?? "";
  for (const prompt of prompts) {
    if (text(mine.answers, prompt) !== text(other.answers, prompt)) pairs.push([prompt, text(other.answers, prompt)]);
  }
  const codes = (claims) => Object.entries(claims).map(([code, why]) => `${code} ${why}`.trim()).join("\n");
  if (codes(mine.claims) !== codes(other.claims)) pairs.push(["KSBs", codes(other.claims)]);
  return pairs;
}

const form = document.querySelector("form[data-draft]");
if (form) new Draft(form);
