// @ts-check
// A part of a page that the server was too busy to give is asked for again, after the seconds that it named.
import htmx from "../htmx.js";

const LEAST_SECONDS = 2;

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt, target, xhr, requestConfig } = detail;
  if (xhr.status !== 503) return;
  const seconds = Number(xhr.getResponseHeader("Retry-After")) || LEAST_SECONDS;
  // With the words that are in the form by then.
  setTimeout(() => elt.isConnected && htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt, target }), seconds * 1000);
});
