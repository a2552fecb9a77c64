// @ts-check
// htmx, by one address for all of our modules.
import htmx from "../vendor/htmx-2.0.10/htmx.js";

/**
 * What we call of it.
 * @typedef {{ source?: Element, target?: Element | string, values?: Record<string, unknown>, swap?: string }} Context
 * @typedef {object} Htmx
 * @property {(verb: string, path: string, context: Context) => Promise<void>} ajax
 * @property {(element: Element) => void} process
 * @property {(element: Element | string, name: string) => void} trigger
 */

const known = /** @type {Htmx} */ (/** @type {unknown} */ (htmx));
export default known;
