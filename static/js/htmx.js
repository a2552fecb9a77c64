// @ts-check
// htmx, for our own scripts. It is a file of its own (templates/components/htmx.html), for pages that change in parts.
import { the } from "./elements.js";

/**
 * What we call of it.
 * @typedef {{ source?: Element, target?: Element | string, values?: Record<string, unknown>, swap?: string }} Context
 * @typedef {object} Htmx
 * @property {(verb: string, path: string, context: Context) => Promise<void>} ajax
 * @property {(element: Element) => void} process
 */

/** @returns {Promise<Htmx>} */
async function loaded() {
  const { src } = the(document, "script[data-htmx]", HTMLScriptElement);
  return (await import(src)).default;
}

/**
 * Ask the site for something in the name of an element, as its attributes would.
 * @param {string} verb
 * @param {string} path
 * @param {Context} context
 */
export async function ask(verb, path, context) {
  return (await loaded()).ajax(verb, path, context);
}

/**
 * Read the attributes of an element again.
 * @param {Element} element
 */
export async function readAgain(element) {
  (await loaded()).process(element);
}
