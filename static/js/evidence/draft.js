// @ts-check
// The evidence form (<form data-draft>) as a draft that saves itself: what its words are, and where they go.
import { every, field, first, the } from "../elements.js";
import { readAgain } from "../htmx.js";
import { Draft } from "../drafts/draft.js";
import { stayAt } from "./address.js";
import { suggestTitle } from "./suggested_title.js";

/** @type {("title" | "kind" | "narrative" | "happened_on")[]} */
const TEXTS = ["title", "kind", "narrative", "happened_on"];

/**
 * What an evidence form says, as its page tells it and as the server keeps it.
 * @typedef {{ prompt: string, text: string }} Answer
 * @typedef {object} Words
 * @property {string} title
 * @property {string} kind
 * @property {string} narrative
 * @property {string} happened_on
 * @property {boolean} is_showcase
 * @property {Answer[]} answers
 * @property {Record<string, string>} claims
 * @property {Record<string, string>} lines about KSBs that are not chosen: they come back with them
 *
 * @typedef {import("../drafts/device_copy.js").Entries} Entries
 * @typedef {import("../drafts/device_copy.js").KeptCopy} KeptCopy
 */

/** @extends {Draft<Words>} */
class EvidenceDraft extends Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    super(form);
    form.addEventListener("files-added", () => {
      this.changed();
      this.save();
    });
  }

  /**
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
    /** @type {Record<string, string>} */
    const lines = {};
    for (const [name] of entries) {
      const code = name.slice(4);
      if (name.startsWith("why_") && !(code in claims) && text(name).trim()) lines[code] = text(name).trim();
    }
    return {
      title: text("title").trim(),
      kind: text("kind"),
      narrative: text("narrative"),
      happened_on: text("happened_on"),
      is_showcase: values.has("is_showcase"),
      answers,
      claims,
      lines,
    };
  }

  /** @param {Words} words */
  fill(words) {
    for (const name of TEXTS) {
      if (this.field(name)) this.field(name).value = words[name];
    }
    if (this.field("is_showcase")) this.field("is_showcase").checked = words.is_showcase;
    for (const box of every(this.form, "input[type=checkbox][name^=claim_]", HTMLInputElement)) {
      const code = box.name.slice(6);
      box.checked = code in words.claims;
      if (this.field(`why_${code}`)) this.field(`why_${code}`).value = words.claims[code] ?? words.lines[code] ?? "";
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

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {Words}
   */
  together(mine, other) {
    /** @type {(own: string, others: string) => string} */
    const below = (own, others) => (!others || own.includes(others) ? own : [own, others].filter(Boolean).join("\n\n"));
    const asked = new Set([...mine.answers, ...other.answers].map((one) => one.prompt));
    return {
      ...mine,
      title: mine.title || other.title,
      happened_on: mine.happened_on || other.happened_on,
      narrative: below(mine.narrative, other.narrative),
      answers: [...asked].map((prompt) => ({ prompt, text: below(answerTo(mine, prompt), answerTo(other, prompt)) })),
      claims: Object.fromEntries(
        [...new Set([...Object.keys(mine.claims), ...Object.keys(other.claims)])].map((code) => [
          code,
          below(mine.claims[code] ?? mine.lines[code] ?? "", other.claims[code] ?? ""),
        ]),
      ),
      lines: { ...other.lines, ...mine.lines },
    };
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   */
  differences(mine, other) {
    const label = (/** @type {string} */ name) => first(this.form, `label[for=id_${name}]`)?.textContent?.trim() ?? name;
    /** @type {[label: string, text: string][]} */
    const pairs = [];
    for (const name of TEXTS) {
      const kind = name === "kind" && field(this.form, name).querySelector(`[value=${other.kind}]`)?.textContent;
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

  /** @param {Words} words */
  excerpt(words) {
    return [words.title, words.narrative, ...words.answers.map((one) => one.text)].filter(Boolean).join(" · ");
  }

  /**
   * @param {Words} one
   * @param {Words} other
   */
  same(one, other) {
    return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
  }

  /** @param {KeptCopy} copy */
  isOurs(copy) {
    const isNewForm = "isNew" in this.form.dataset;
    return super.isOurs(copy) || (isNewForm && copy.isNew && copy.apprenticeship === this.about.apprenticeship);
  }

  /**
   * Go on as the new piece that the copy was of: its first save may have arrived after all.
   * @param {KeptCopy} copy
   */
  takeUp({ piece }) {
    const before = this.about.piece;
    if (piece === before) return;
    for (const element of every(document, "#suggestions, [data-uploader], [data-draft]")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes(before)) element.setAttribute(name, value.replaceAll(before, piece));
      }
    }
    this.field("token").value = piece;
    readAgain(the(document, "#suggestions"));
  }

  /** @param {import("../drafts/draft.js").Told<Words>} told */
  kept({ edit_url: address = "", suggested_title: title }) {
    delete this.form.dataset.isNew;
    this.form.action = address;
    if (location.pathname.endsWith("/new/")) stayAt(address);
    suggestTitle(this.form, title);
  }
}

/** @param {Words} words */
function sorted(words) {
  const claims = Object.entries(words.claims).sort();
  const lines = Object.entries(words.lines).sort();
  return [words.title, words.kind, words.narrative, words.happened_on, words.is_showcase, words.answers, claims, lines];
}

/**
 * @param {Words} words
 * @param {string} prompt
 */
function answerTo(words, prompt) {
  return words.answers.find((one) => one.prompt === prompt)?.text ?? "";
}

const form = first(document, "form[data-draft]", HTMLFormElement);
if (form) new EvidenceDraft(form);
