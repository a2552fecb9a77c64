// @ts-check
// On every page: says to the device who is here, keeps an apprentice's progress for when there is no network, sends
// what waits, and shows in a line what is under way. The service worker is asked for by apprentices' pages only.
import { every, first, the } from "../elements.js";
import { counted, words } from "../words.js";
import { offlineSender } from "./sender.js";
import { offlineStore } from "./store.js";

const who = first(document, "meta[name=person]", HTMLMetaElement);
const strip = first(document, "[data-offline-strip]");
const isKeeping = who?.hasAttribute("data-keeps-offline");
const ASK_AGAIN_MS = 60_000;
const WAIT_FIRST_MS = 5_000;
const WAIT_MOST_MS = 300_000;
let wait = WAIT_FIRST_MS;
/** @type {number | undefined} */
let timer;

/**
 * Says how many pieces are in which way; nothing without a name.
 * @param {string} [name]
 * @param {number} [count]
 */
function say(name, count = 0) {
  if (!strip) return;
  the(strip, "[data-text]").textContent = name ? words(strip, name, { pieces: counted(strip, "pieces", count) }) : "";
  strip.hidden = !name;
}

/** @param {string} person */
async function keepProgress(person, isNews = false) {
  const known = (await offlineStore.person(person)) ?? { id: person };
  if (!isNews && Date.now() - (known.asked_at ?? 0) < ASK_AGAIN_MS) return;
  /** @type {HeadersInit} */
  const headers = known.etag ? { "If-None-Match": known.etag } : {};
  const answer = await fetch("/offline/data.json", { headers, redirect: "manual", cache: "no-store" });
  const at = new Date().toISOString();
  if (answer.status === 304) await offlineStore.keepPerson({ ...known, asked_at: Date.now(), known_at: at });
  if (answer.status !== 200) return;
  const snapshot = await answer.json();
  if (snapshot.person.id !== person) return;
  const etag = answer.headers.get("ETag");
  await offlineStore.keepPerson({ id: person, snapshot, etag, asked_at: Date.now(), known_at: at });
}

// Sends what waits; while the site cannot be reached, tries again after ever longer pauses.
async function send() {
  clearTimeout(timer);
  const result = await offlineSender.sendAll();
  if (result.sent) {
    say("sent", result.sent);
    const person = await offlineStore.current();
    if (person?.snapshot) await keepProgress(person.id, true).catch(() => {});
  }
  if (result.state === "unreachable") {
    timer = window.setTimeout(send, wait);
    wait = Math.min(wait * 2, WAIT_MOST_MS);
  } else {
    wait = WAIT_FIRST_MS;
  }
  if (!result.sent) await tell(result.state);
  document.dispatchEvent(new CustomEvent("offline:sent", { detail: result }));
  return result;
}

/** @param {import("./sender.js").Result["state"]} state */
async function tell(state) {
  const person = await offlineStore.current();
  const kept = person ? await offlineStore.pieces(person.id) : [];
  const refused = kept.filter((piece) => piece.state === "refused").length;
  const waiting = kept.filter((piece) => piece.state === "waiting").length;
  if (refused) say("refused", refused);
  else if (waiting && state === "signed-out") say("sign-in", waiting);
  else if (waiting) say("waiting", waiting);
  else say();
}

async function begin() {
  if (document.querySelector("[data-offline-app]")) {
    // The page that devices keep does not know who looks at it; the site does, if it is there.
    const person = (await offlineSender.session())?.person;
    if (person) {
      await offlineStore.arrive(person);
      await keepProgress(person).catch(() => {});
    }
    await send();
  } else if (who) {
    await offlineStore.arrive(who.content);
    if (isKeeping) {
      // The browser looks for a newer one by itself, but when it likes.
      navigator.serviceWorker
        ?.register("/sw.js", { scope: "/", updateViaCache: "none" })
        .then((registration) => registration.active && registration.update())
        .catch(() => {});
      await keepProgress(who.content).catch(() => {});
    }
    await send();
  } else {
    // Somebody at the sign-in page may be anybody: how many pieces wait is all that is said.
    const count = await offlineStore.waitingCount();
    if (count) say("sign-in", count);
  }
}

const isUsable = "indexedDB" in window && window.isSecureContext;
if (isUsable) {
  window.addEventListener("online", () => {
    if (who || document.querySelector("[data-offline-app]")) send();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && timer) send();
  });
  document.addEventListener("offline:queued", () => send());
  begin().catch(() => {});
}

// Where the browser offers to install the site, a quiet line in the account menu does.
window.addEventListener("beforeinstallprompt", (event) => {
  const button = first(document, "[data-install]");
  if (!button) return;
  event.preventDefault();
  button.hidden = false;
  button.addEventListener("click", () => event.prompt(), { once: true });
});
window.addEventListener("appinstalled", () => {
  for (const button of every(document, "[data-install]")) button.hidden = true;
});
