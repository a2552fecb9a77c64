// @ts-check
// The form of a review (<form data-review>) as a draft that saves itself: what its words are, and where they go.
import { every, first } from "../elements.js";
import { Draft } from "../drafts/draft.js";

/**
 * What is written of each claim, by the code of its KSB (assessments/unfinished.py). Parts that say nothing may be absent.
 * @typedef {{ outcome: string, feedback: Record<string, string>, signs_off: boolean, added?: string }} ClaimWords
 * @typedef {Record<string, ClaimWords>} Words
 */

/** The parts of feedback (assessments/feedback.py), in the order of the page. */
const PARTS = ["missing", "meets", "next_step", "by_when"];

/**
 * Each part of feedback by its name.
 * @param {(part: string) => string} of
 */
function parts(of) {
  return Object.fromEntries(PARTS.map((part) => [part, of(part)]));
}

/** @extends {Draft<Words>} */
class ReviewDraft extends Draft {
  /**
   * @param {import("../drafts/device_copy.js").Entries} entries
   * @returns {Words}
   */
  words(entries = this.entries()) {
    const values = new Map(entries);
    const codes = entries.filter(([name]) => name.startsWith("missing_")).map(([name]) => name.slice("missing_".length));
    return Object.fromEntries(
      codes.map((code) => [
        code,
        {
          outcome: values.get(`outcome_${code}`) ?? "",
          feedback: parts((part) => (values.get(`${part}_${code}`) ?? "").replaceAll("\r\n", "\n")),
          signs_off: values.has(`sign_off_${code}`),
          ...(values.has(`added_${code}`) && { added: values.get(`added_${code}`) }),
        },
      ]),
    );
  }

  /** @param {Words} words */
  fill(words) {
    for (const [code, { outcome, feedback, signs_off: signsOff }] of Object.entries(words)) {
      if (!this.field(`missing_${code}`)) continue;
      for (const choice of this.choices(code)) choice.checked = choice.value === outcome;
      for (const part of PARTS) {
        const place = this.field(`${part}_${code}`);
        place.value = feedback[part] ?? "";
        const fold = place.closest("details");
        if (fold && place.value) fold.open = true;
      }
      if (this.field(`sign_off_${code}`)) this.field(`sign_off_${code}`).checked = signsOff;
    }
  }

  /** @param {string} code */
  choices(code) {
    return every(this.form, `input[type=radio][name=outcome_${code}]`, HTMLInputElement);
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {Words}
   */
  together(mine, other) {
    return Object.fromEntries(
      Object.entries(mine).map(([code, own]) => {
        const { outcome = "", feedback = {}, signs_off: signsOff = false } = other[code] ?? {};
        const both = parts((part) => {
          const [one = "", two = ""] = [own.feedback[part], feedback[part]];
          if (part === "by_when") return one || two;
          return one.includes(two) ? one : [one, two].filter(Boolean).join("\n\n");
        });
        return [code, { ...own, outcome: own.outcome || outcome, feedback: both, signs_off: own.signs_off || signsOff }];
      }),
    );
  }

  /**
   * @param {Words} mine
   * @param {Words} other
   * @returns {[label: string, text: string][]}
   */
  differences(mine, other) {
    return Object.keys(mine)
      .filter((code) => !this.same({ [code]: mine[code] }, other[code] ? { [code]: other[code] } : {}))
      .map((code) => [code, this.inWords(code, other[code])]);
  }

  /**
   * @param {string} code
   * @param {ClaimWords | undefined} claim
   */
  inWords(code, claim) {
    const chosen = this.choices(code).find((choice) => choice.value === claim?.outcome);
    return [chosen?.labels?.[0].textContent?.trim(), ...PARTS.map((part) => claim?.feedback[part])].filter(Boolean).join(" · ");
  }

  /** @param {Words} words */
  excerpt(words) {
    return Object.entries(words)
      .map(([code, claim]) => [code, this.inWords(code, claim)])
      .filter(([, text]) => text)
      .map((pair) => pair.join(" "))
      .join(" · ");
  }

  /**
   * @param {Words} one
   * @param {Words} other
   */
  same(one, other) {
    const sorted = (/** @type {Words} */ words) =>
      Object.keys(words)
        .sort()
        .map((code) => [code, words[code].outcome, ...PARTS.map((part) => words[code].feedback[part] ?? ""), words[code].signs_off]);
    return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
  }
}

const form = first(document, "form[data-review]", HTMLFormElement);
if (form) new ReviewDraft(form);
