// @ts-check
// Looking at files in place: turning and enlarging pictures and pages, and playing or showing the places that count.
// Without it, a place is a link to the file, opened there as far as the browser can.
import { every, first, target, the } from "../elements.js";

/**
 * A sheet on its side takes as much width as it has height. At its smallest it fits into the frame.
 * @param {HTMLElement} frame
 */
function lay(frame) {
  const isOnItsSide = Number(frame.dataset.turn || 0) % 2 === 1;
  for (const sheet of every(frame, ".viewer-sheet")) {
    sheet.removeAttribute("style");
    if (!isOnItsSide) continue;
    const room = frame.clientWidth * Number(frame.dataset.zoom || 1);
    sheet.style.maxWidth = "none";
    sheet.style.width = `${(sheet.offsetWidth * room) / Math.max(sheet.offsetHeight, room)}px`;
    const [width, height] = [sheet.offsetWidth, sheet.offsetHeight];
    sheet.style.marginInline = `${Math.max((frame.clientWidth - height) / 2, 0) + (height - width) / 2}px`;
    sheet.style.marginBlock = `${(width - height) / 2 + 8}px`;
  }
}

/**
 * @param {HTMLElement} tools
 * @param {HTMLElement} frame
 */
function useTools(tools, frame) {
  const zoom = (/** @type {number} */ step) => {
    const next = Math.min(Math.max(Number(frame.dataset.zoom || 1) + step, 1), 4);
    if (next === 1) delete frame.dataset.zoom;
    else frame.dataset.zoom = String(next);
    lay(frame);
  };
  const turn = (/** @type {number} */ quarters) => {
    frame.dataset.turn = String((Number(frame.dataset.turn || 0) + quarters + 4) % 4);
    lay(frame);
  };
  const acts = { larger: () => zoom(1), smaller: () => zoom(-1), left: () => turn(-1), right: () => turn(1) };
  for (const [name, act] of Object.entries(acts)) the(tools, `[data-look=${name}]`).addEventListener("click", act);
  tools.hidden = false;
  // A picture that comes later, or a phone that is turned, changes how much there is to lay.
  let width = frame.offsetWidth;
  new ResizeObserver(() => {
    if (frame.offsetWidth === width) return;
    width = frame.offsetWidth;
    lay(frame);
  }).observe(frame);
  for (const picture of every(frame, "img")) picture.addEventListener("load", () => lay(frame));
}

/**
 * What stops each player at the end of a place.
 * @type {WeakMap<HTMLMediaElement, number>}
 */
const stoppers = new WeakMap();

/**
 * @param {HTMLMediaElement} player
 * @param {number} starts
 * @param {number} ends 0 if the place has no end
 */
function play(player, starts, ends) {
  const begin = () => {
    player.currentTime = starts / 1000;
    player.play().catch(() => {});
  };
  if (player.readyState > 0) begin();
  else {
    player.addEventListener("loadedmetadata", begin, { once: true });
    player.load();
  }
  clearInterval(stoppers.get(player));
  if (!ends) return;
  const stopper = window.setInterval(() => {
    if (player.currentTime * 1000 < ends) return;
    player.pause();
    clearInterval(stopper);
  }, 100);
  stoppers.set(player, stopper);
}

/** @param {HTMLElement} place */
function show(place) {
  const viewer = document.getElementById(`file-${place.dataset.file}`);
  if (!viewer) return false;
  const player = first(viewer, "audio, video", HTMLMediaElement);
  if (place.dataset.starts) {
    if (!player) return false;
    play(player, Number(place.dataset.starts), Number(place.dataset.ends));
    player.scrollIntoView({ block: "center" });
    player.focus({ preventScroll: true });
    return true;
  }
  const sheet = place.dataset.page
    ? document.getElementById(`file-${place.dataset.file}-page-${place.dataset.page}`)
    : viewer.querySelector(".viewer-sheet");
  if (!sheet) return false;
  sheet.scrollIntoView({ block: "nearest" });
  sheet.classList.add("is-shown");
  setTimeout(() => sheet.classList.remove("is-shown"), 2500);
  return true;
}

/**
 * Say so where the browser plays the sound of a film and has no picture, or cannot play it at all.
 * @param {HTMLVideoElement} film
 */
function watch(film) {
  const notice = film.nextElementSibling;
  if (!(notice instanceof HTMLElement) || !notice.matches("[data-undrawn]")) return;
  const look = () => {
    notice.hidden = film.readyState > 0 ? film.videoWidth > 0 : !film.error;
  };
  film.addEventListener("loadedmetadata", look);
  film.addEventListener("error", look);
  look();
}

for (const film of document.querySelectorAll("video")) watch(film);
for (const frame of every(document, "[data-zoomable]")) {
  const tools = frame.nextElementSibling;
  if (tools instanceof HTMLElement && tools.matches(".viewer-tools")) useTools(tools, frame);
}
document.addEventListener("click", (event) => {
  const place = target(event).closest("[data-place]");
  if (!(place instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // What lies in a closed part of the page has to be opened before it can be seen.
  const viewer = document.getElementById(`file-${place.dataset.file}`);
  for (let part = viewer?.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
  if (show(place)) event.preventDefault();
});
