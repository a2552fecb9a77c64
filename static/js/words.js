// @ts-check
// Words that scripts show come from the page, where they are translated: data-say-under-way="Sending {percent}%".

/**
 * The words that `holder` has under this name, with the values in their places.
 * @param {HTMLElement} holder
 * @param {string} name as in the template: "under-way"
 * @param {Record<string, string | number | undefined>} [values]
 * @returns {string}
 */
export function words(holder, name, values = {}) {
  const text = holder.getAttribute(`data-say-${name}`);
  if (text === null) throw new Error(`The page has no words for ${name}.`);
  return text.replace(/\{(\w+)\}/g, (place, key) => String(values[key] ?? place));
}

/**
 * The words for a number of things, which have one form for one and another for all others.
 * @param {HTMLElement} holder
 * @param {string} name
 * @param {number} count
 * @returns {string}
 */
export function counted(holder, name, count) {
  return words(holder, `${name}-${count === 1 ? "one" : "other"}`, { count });
}

/**
 * Why something was refused: in the site's own words, or in those that the page has for the reason.
 * @typedef {{ reason: string, message?: string, name?: string, status?: number }} Reason
 * @param {HTMLElement} holder
 * @param {Reason} why
 * @returns {string}
 */
export function reasonInWords(holder, why) {
  return why.message || words(holder, why.reason, { name: why.name, status: why.status });
}

/**
 * A moment as people write it.
 * @param {Date} moment
 * @param {Intl.DateTimeFormatOptions} [more]
 * @returns {string}
 */
export function momentInWords(moment, more = {}) {
  const form = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", ...more };
  return moment.toLocaleString(document.documentElement.lang, /** @type {Intl.DateTimeFormatOptions} */ (form));
}
