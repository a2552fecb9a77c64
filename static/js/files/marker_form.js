// @ts-check
// Marking a place: times from where the player is, and regions drawn on a picture or page.
import { every, field, first, the } from "../elements.js";
import { words } from "../words.js";

/** @typedef {[across: number, down: number]} Place */

/** @param {number} seconds */
function inWords(seconds) {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

/** @param {HTMLFormElement} form */
function offerTimes(form) {
  const player = first(document, "[data-viewer] audio, [data-viewer] video", HTMLMediaElement);
  const box = first(form, "[data-times]");
  if (!player || !box) return;
  box.hidden = false;
  for (const press of every(box, "[data-now]")) {
    press.addEventListener("click", () => {
      field(form, press.dataset.now ?? "").value = inWords(player.currentTime);
    });
  }
}

/** @param {HTMLFormElement} form */
function offerDrawing(form) {
  const box = first(form, "[data-draw]");
  const sheets = every(document, "[data-viewer] .viewer-sheet");
  if (!box || !sheets.length) return;
  box.hidden = false;
  const press = the(box, "button");
  const status = the(box, "[role=status]");
  /** @type {{ from: Place, region: SVGRectElement } | null} */
  let begun = null;

  /** @param {HTMLElement} sheet */
  const drawnOn = (sheet) => {
    document.querySelector(".is-drawn")?.remove();
    let layer = sheet.querySelector("svg");
    if (!layer) {
      layer = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      layer.setAttribute("class", "viewer-regions");
      layer.setAttribute("viewBox", "0 0 10000 10000");
      layer.setAttribute("preserveAspectRatio", "none");
      layer.setAttribute("aria-hidden", "true");
      sheet.append(layer);
    }
    const region = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    region.setAttribute("class", "is-drawn");
    layer.append(region);
    return region;
  };
  /**
   * @param {HTMLElement} sheet
   * @param {PointerEvent} event
   */
  const at = (sheet, event) => {
    const area = the(sheet, "img").getBoundingClientRect();
    /** @type {(value: number, begin: number, size: number) => number} */
    const part = (value, begin, size) => Math.round(Math.min(Math.max((value - begin) / size, 0), 1) * 10000);
    const [across, down] = [part(event.clientX, area.left, area.width), part(event.clientY, area.top, area.height)];
    // The picture may lie turned before its viewer; a region is kept as it is when it stands upright.
    /** @type {Place[]} */
    const turned = [
      [across, down],
      [down, 10000 - across],
      [10000 - across, 10000 - down],
      [10000 - down, across],
    ];
    return turned[Number(sheet.closest("[data-turn]")?.getAttribute("data-turn") || 0)];
  };
  /**
   * @param {SVGRectElement} region
   * @param {Place} from
   * @param {Place} to
   */
  const set = (region, [fromX, fromY], [x, y]) => {
    const sizes = { x: Math.min(x, fromX), y: Math.min(y, fromY), width: Math.abs(x - fromX), height: Math.abs(y - fromY) };
    for (const [name, value] of Object.entries(sizes)) region.setAttribute(name, String(value));
    const { x: left, y: top, ...extent } = sizes;
    for (const [name, value] of Object.entries({ left, top, ...extent })) field(form, name).value = String(value);
  };

  press.addEventListener("click", () => {
    const on = press.getAttribute("aria-pressed") !== "true";
    press.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("is-drawing", on);
    if (on) status.textContent = words(status, "drag");
  });
  for (const sheet of sheets) {
    sheet.addEventListener("pointerdown", (event) => {
      if (!document.body.classList.contains("is-drawing")) return;
      event.preventDefault();
      begun = { from: at(sheet, event), region: drawnOn(sheet) };
      sheet.setPointerCapture(event.pointerId);
    });
    sheet.addEventListener("pointermove", (event) => {
      if (begun) set(begun.region, begun.from, at(sheet, event));
    });
    sheet.addEventListener("pointerup", (event) => {
      if (!begun) return;
      set(begun.region, begun.from, at(sheet, event));
      begun = null;
      if (sheet.dataset.page) field(form, "page").value = sheet.dataset.page;
      status.textContent = words(status, "drawn");
      press.click();
    });
  }
}

const markerForm = first(document, "[data-marker-form]", HTMLFormElement);
if (markerForm) {
  offerTimes(markerForm);
  offerDrawing(markerForm);
}
