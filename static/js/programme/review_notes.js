// @ts-check
// The form of a progress review (<form data-progress-review>) as a draft that saves itself: one text for each field.
import { every, first } from "../elements.js";
import { Draft } from "../drafts/draft.js";

/**
 * What stands in each field (programme/review_words.py). Fields that say nothing may be absent.
 * @typedef {Record<string, string>} Words
 */

/** Why a review is corrected is said when it is sent, and kept nowhere before. */
const NOT_KEPT = "reason";

/** @extends {Draft<Words>} */
class ReviewNotes extends Draft {
  /**
   * @param {import("../drafts/device_copy.js").Entries} entries
   * @returns {Words}
   */
  words(entries = this.entries()) {
    return Object.fromEntries(
      entries.filter(([name]) => name !== NOT_KEPT).map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]),
    );
  }

  /** @param {Words} words */
  fill(words) {
    for (const [name, text] of Object.entries(words)) {
      const choices = every(this.form, `input[type=radio][name="${name}"]`, HTMLInputElement);
      for (const choice of choices) choice.checked = choice.value === text;
      const place = this.field(name);
      if (place && !choices.length) place.value = text;
    }
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {Words}
   */
  together(mine, other) {
    return Object.fromEntries(
      Object.keys({ ...other, ...mine }).map((name) => {
        const [one = "", two = ""] = [mine[name], other[name]];
        if (!name.startsWith("section_")) return [name, one || two];
        return [name, one.includes(two) ? one : [one, two].filter(Boolean).join("\n\n")];
      }),
    );
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {[label: string, text: string][]}
   */
  differences(mine, other) {
    return Object.keys({ ...mine, ...other })
      .filter((name) => (mine[name] ?? "") !== (other[name] ?? ""))
      .map((name) => [this.labelOf(name), other[name] ?? ""]);
  }

  /** @param {string} name */
  labelOf(name) {
    const place = this.form.querySelector(`[name="${name}"]`);
    const labels = place instanceof HTMLElement && "labels" in place ? /** @type {HTMLInputElement} */ (place).labels : null;
    return labels?.[0]?.textContent?.trim() ?? name;
  }

  /** @param {Words} words */
  excerpt(words) {
    return Object.entries(words)
      .filter(([name, text]) => text && name.startsWith("section_"))
      .map(([, text]) => text)
      .join(" · ");
  }

  /**
   * @param {Words} one
   * @param {Words} other
   */
  same(one, other) {
    return !this.differences(one, other).length;
  }
}

const form = first(document, "form[data-progress-review]", HTMLFormElement);
if (form) new ReviewNotes(form);
