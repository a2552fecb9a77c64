// Marking a place: times from where the player is, and regions drawn on a picture or page.
const form = document.querySelector("[data-marker-form]");

function inWords(seconds) {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

function offerTimes() {
  const player = document.querySelector("[data-viewer] audio, [data-viewer] video");
  const box = form.querySelector("[data-times]");
  if (!player || !box) return;
  box.hidden = false;
  for (const press of box.querySelectorAll("[data-now]")) {
    press.addEventListener("click", () => {
      form.elements[press.dataset.now].value = inWords(player.currentTime);
    });
  }
}

function offerDrawing() {
  const box = form.querySelector("[data-draw]");
  const sheets = [...document.querySelectorAll("[data-viewer] .viewer-sheet")];
  if (!box || !sheets.length) return;
  box.hidden = false;
  const press = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  let begun = null;

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
  const at = (sheet, event) => {
    const area = sheet.querySelector("img").getBoundingClientRect();
    const part = (value, begin, size) => Math.round(Math.min(Math.max((value - begin) / size, 0), 1) * 10000);
    const [across, down] = [part(event.clientX, area.left, area.width), part(event.clientY, area.top, area.height)];
    // The picture may lie turned before its viewer; a region is kept as it is when it stands upright.
    return [
      [across, down],
      [down, 10000 - across],
      [10000 - across, 10000 - down],
      [10000 - down, across],
    ][Number(sheet.closest("[data-turn]")?.dataset.turn || 0)];
  };
  const set = (region, [x, y]) => {
    const [left, top] = [Math.min(x, begun.x), Math.min(y, begun.y)];
    const sizes = { left, top, width: Math.abs(x - begun.x), height: Math.abs(y - begun.y) };
    for (const [name, value] of Object.entries(sizes)) {
      form.elements[name].value = value;
      region.setAttribute({ left: "x", top: "y" }[name] ?? name, value);
    }
  };

  press.addEventListener("click", () => {
    const on = press.getAttribute("aria-pressed") !== "true";
    press.setAttribute("aria-pressed", on);
    document.body.classList.toggle("is-drawing", on);
    if (on) status.textContent = "Drag across the picture from one corner to the other.";
  });
  for (const sheet of sheets) {
    sheet.addEventListener("pointerdown", (event) => {
      if (!document.body.classList.contains("is-drawing")) return;
      event.preventDefault();
      const [x, y] = at(sheet, event);
      begun = { x, y, region: drawnOn(sheet) };
      sheet.setPointerCapture(event.pointerId);
    });
    sheet.addEventListener("pointermove", (event) => {
      if (begun) set(begun.region, at(sheet, event));
    });
    sheet.addEventListener("pointerup", (event) => {
      if (!begun) return;
      set(begun.region, at(sheet, event));
      begun = null;
      if (sheet.dataset.page) form.elements.page.value = sheet.dataset.page;
      status.textContent = "Region drawn.";
      press.click();
    });
  }
}

if (form) {
  offerTimes();
  offerDrawing();
}
