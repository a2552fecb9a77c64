// @ts-check
// The form of a skills scan (<form data-skills-scan>) as a draft that saves itself: a rating for each KSB, and a comment.
import { every, first, the } from "../elements.js";
import { Draft } from "../drafts/draft.js";
import { words as said } from "../words.js";

/**
 * What stands in each field (programme/scanning/ratings.py).
 * @typedef {Record<string, string>} Words
 */

/** @extends {Draft<Words>} */
class SkillsScan extends Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    super(form);
    form.addEventListener("input", () => this.count());
    this.count();
  }

  count() {
    const place = the(this.form, "[data-rated]");
    const n = every(this.form, "input[type=radio]:checked", HTMLInputElement).length;
    place.textContent = said(place, "rated", { n: String(n), all: place.dataset.all ?? "" });
  }

  /**
   * @param {import("../drafts/device_copy.js").Entries} entries
   * @returns {Words}
   */
  words(entries = this.entries()) {
    return Object.fromEntries(entries.map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]));
  }

  /** @param {Words} words */
  fill(words) {
    for (const choice of every(this.form, "input[type=radio]", HTMLInputElement)) {
      choice.checked = words[choice.name] === choice.value;
    }
    this.field("comment").value = words.comment ?? "";
    this.count();
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {Words}
   */
  together(mine, other) {
    const comments = [mine.comment, other.comment].filter(Boolean);
    return { ...other, ...mine, comment: [...new Set(comments)].join("\n\n") };
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {[label: string, text: string][]}
   */
  differences(mine, other) {
    return Object.keys({ ...mine, ...other })
      .filter((name) => (mine[name] ?? "") !== (other[name] ?? ""))
      .map((name) => [this.labelOf(name), this.labelOf(name, other[name]) || (other[name] ?? "")]);
  }

  /**
   * What a field is called, or one of its answers.
   * @param {string} name
   * @param {string} [value]
   */
  labelOf(name, value) {
    if (value !== undefined) {
      const choice = this.form.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
      return choice?.closest("label")?.textContent?.trim() ?? "";
    }
    const box = this.form.querySelector(`[name="${name}"]`)?.closest("fieldset, div");
    return box?.querySelector("legend strong, label")?.textContent?.trim() ?? name;
  }

  /** @param {Words} words */
  excerpt(words) {
    const ratings = Object.entries(words).filter(([name, value]) => name !== "comment" && value);
    return ratings.map(([name, value]) => `${this.labelOf(name)}: ${this.labelOf(name, value)}`).join(" · ");
  }

  /**
   * @param {Words} one
   * @param {Words} other
   */
  same(one, other) {
    return !this.differences(one, other).length;
  }
}

const form = first(document, "form[data-skills-scan]", HTMLFormElement);
if (form) new SkillsScan(form);
