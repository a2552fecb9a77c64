// @ts-check
// Somebody who reads a long page, listens or watches is not idle: while they do, the site is told once in a few minutes,
// as it would be by a page that they ask for.
import { first } from "../elements.js";

const EVERY_MS = 4 * 60 * 1000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "touchmove", "timeupdate"];

const address = first(document, "meta[name=person]")?.dataset.inUse;
let told = Date.now();

function tell() {
  if (!address || Date.now() - told < EVERY_MS) return;
  told = Date.now();
  // Without a network, or after the session's end, there is nothing to keep.
  fetch(address, { redirect: "manual" }).catch(() => null);
}

// What scrolls or plays says so to itself alone, so this listens on the way down.
for (const sign of SIGNS) document.addEventListener(sign, tell, { capture: true, passive: true });
