// @ts-check
// The service worker: keeps the page for when there is no network, with its files, and answers with it when the network
// does not. No page with anybody's data is kept. /sw.js joins this with what it imports into one classic script, and puts
// `app` (version, page, files) before it.
import { offlineSender } from "./sender.js";

const worker = /** @type {ServiceWorkerGlobal} */ (/** @type {unknown} */ (self));
const CACHE = `craftmark-${app.version}`;
const START_WAIT_MS = 8_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(install());
});

async function install() {
  const cache = await caches.open(CACHE);
  // Without cookies: it is the same page for everybody. Past the browser's own cache, which may have an older one; the
  // files have another name when they change, so those that the browser has are not fetched again.
  await cache.add(new Request(app.page, { credentials: "omit", cache: "reload" }));
  await cache.addAll(app.files.map((url) => new Request(url, { credentials: "omit" })));
  await worker.skipWaiting();
}

worker.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("craftmark-") && name !== CACHE) await caches.delete(name);
  }
  await worker.clients.claim();
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request, url.pathname));
  else if (app.files.includes(url.pathname)) event.respondWith(file(request));
});

/**
 * @param {Request} request
 * @param {string} path
 */
async function navigate(request, path) {
  if (path === app.page) return (await kept(app.page)) ?? fetch(request);
  try {
    // A start on a network that hangs must not wait for minutes. Other pages may take the time they need.
    const answer = await (path === "/" ? Promise.race([fetch(request), waited(START_WAIT_MS)]) : fetch(request));
    const isFromProxy = answer.status === 502 || answer.status === 504;
    return (isFromProxy && (await kept(app.page))) || answer;
  } catch (fault) {
    const page = await kept(app.page);
    if (page) return page;
    throw fault;
  }
}

/**
 * @param {number} milliseconds
 * @returns {Promise<never>}
 */
function waited(milliseconds) {
  return new Promise((_, reject) => void setTimeout(() => reject(new Error("No answer in time.")), milliseconds));
}

/** @param {Request} request */
async function file(request) {
  return (await kept(request.url)) ?? fetch(request);
}

/** @param {string} url */
async function kept(url) {
  return (await caches.open(CACHE)).match(url);
}

// Where the browser has background sync, it calls when the network is back, even if no page is open.
worker.addEventListener("sync", (event) => {
  if (event.tag !== "send-pieces") return;
  event.waitUntil(
    offlineSender.sendAll().then(({ state }) => {
      if (state === "unreachable") throw new Error("The site cannot be reached yet.");
    }),
  );
});
