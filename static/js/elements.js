// @ts-check
// Finds what a script works on in its page, as the kind of element that it is.

/**
 * @template {Element} T
 * @typedef {{ new (): T }} Kind
 */

/**
 * The first that fits; null if there is none of this kind.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} [kind]
 * @returns {T | null}
 */
export function first(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  const found = root.querySelector(selector);
  return found instanceof kind ? found : null;
}

/**
 * The one that must be there.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} [kind]
 * @returns {T}
 */
export function the(root, selector, kind) {
  const found = first(root, selector, kind);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * All that fit.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} [kind]
 * @returns {T[]}
 */
export function every(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  return [...root.querySelectorAll(selector)].filter(/** @returns {found is T} */ (found) => found instanceof kind);
}

/**
 * A new element as a template of the page draws it.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function drawn(root, selector) {
  const copy = the(root, selector, HTMLTemplateElement).content.cloneNode(true);
  return /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (copy).firstElementChild);
}

/**
 * A field of a form, by its name.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLInputElement}
 */
export function field(form, name) {
  // What is read and set here, a value, areas and selections have as well.
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/**
 * What an event happened to.
 * @param {Event} event
 * @returns {Element}
 */
export function target(event) {
  return event.target instanceof Element ? event.target : document.documentElement;
}
