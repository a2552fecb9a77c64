// @ts-check
// A part of a page that htmx asked for and did not get says so in its place, with a way to ask again. What was there before
// is hidden where something else was asked for: old numbers would stand under a new filter. A server that was too busy is
// asked again after the seconds that it named.
import { ask } from "../htmx.js";
import { drawn, first, the } from "../elements.js";
import { words } from "../words.js";

const LEAST_SECONDS = 2;
/**
 * What is said in the place of each part, by the part.
 * @type {WeakMap<Element, HTMLElement>}
 */
const notices = new WeakMap();

/** @param {HtmxDetail} detail */
function askAgain({ elt, target, requestConfig }) {
  // With the words that are in the form by then.
  if (elt.isConnected) ask(requestConfig.verb, requestConfig.path, { source: elt, target });
}

/**
 * Why the site refused it, from the page that says so (templates/errors/_page.html).
 * @param {XMLHttpRequest} xhr
 */
function reasonOf(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return first(page, ".error-page-message")?.textContent?.trim();
}

/**
 * @param {HtmxDetail} detail
 * @param {"cut" | "failed" | "busy" | "signed-out"} why
 * @param {string} [signIn] where to sign in
 */
function say(detail, why, signIn = "") {
  const { target, requestConfig } = detail;
  const isRead = requestConfig.verb === "get";
  notices.get(target)?.remove();
  const notice = drawn(document, "#failed-part");
  the(notice, "[data-text]").textContent = (why === "failed" && reasonOf(detail.xhr)) || words(notice, why);
  the(notice, "[data-old]").hidden = !isRead;
  const [again, link] = [the(notice, "[data-again]"), the(notice, "[data-sign-in]", HTMLAnchorElement)];
  again.hidden = why === "busy" || why === "signed-out";
  again.addEventListener("click", () => askAgain(detail));
  link.hidden = why !== "signed-out";
  if (signIn) link.href = signIn;
  target.before(notice);
  notices.set(target, notice);
  if (isRead) target.hidden = true;
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status !== 503) {
    say(detail, "failed");
    return;
  }
  say(detail, "busy");
  const seconds = Number(detail.xhr.getResponseHeader("Retry-After")) || LEAST_SECONDS;
  setTimeout(() => askAgain(detail), seconds * 1000);
});
document.addEventListener("htmx:sendError", ({ detail }) => say(detail, "cut"));
document.addEventListener("htmx:timeout", ({ detail }) => say(detail, "cut"));
// htmx would leave the page for the sign-in, with whatever is typed on it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const address = event.detail.xhr.getResponseHeader("HX-Redirect");
  const signIn = the(document, "#failed-part", HTMLTemplateElement).dataset.signIn ?? "";
  if (!address?.startsWith(signIn)) return;
  event.preventDefault();
  say(event.detail, "signed-out", address);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  notices.get(detail.target)?.remove();
  detail.target.hidden = false;
});
