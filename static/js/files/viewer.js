// Looking at files in place: turning and enlarging pictures and pages, and playing or showing the places that count.
// Without it, a place is a link to the file, opened there as far as the browser can.
function button(sign, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-secondary";
  made.textContent = sign;
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// A sheet on its side takes as much width as it has height. At its smallest it fits into the frame.
function lay(frame) {
  const isOnItsSide = Number(frame.dataset.turn || 0) % 2 === 1;
  for (const sheet of frame.querySelectorAll(".viewer-sheet")) {
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

function addTools(frame) {
  const tools = document.createElement("div");
  tools.className = "viewer-tools";
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", "Look at it");
  const zoom = (step) => {
    const next = Math.min(Math.max(Number(frame.dataset.zoom || 1) + step, 1), 4);
    if (next === 1) delete frame.dataset.zoom;
    else frame.dataset.zoom = next;
    lay(frame);
  };
  const turn = (quarters) => {
    frame.dataset.turn = (Number(frame.dataset.turn || 0) + quarters + 4) % 4;
    lay(frame);
  };
  tools.append(
    button("+", "Larger", () => zoom(1)),
    button("−", "Smaller", () => zoom(-1)),
    button("↺", "Turn left", () => turn(-1)),
    button("↻", "Turn right", () => turn(1)),
  );
  frame.before(tools);
  // A picture that comes later, or a phone that is turned, changes how much there is to lay.
  let width = frame.offsetWidth;
  new ResizeObserver(() => {
    if (frame.offsetWidth === width) return;
    width = frame.offsetWidth;
    lay(frame);
  }).observe(frame);
  for (const picture of frame.querySelectorAll("img")) picture.addEventListener("load", () => lay(frame));
}

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
  clearInterval(player.stopper);
  if (!ends) return;
  player.stopper = setInterval(() => {
    if (player.currentTime * 1000 >= ends) player.pause();
    if (player.paused && player.currentTime * 1000 >= ends) clearInterval(player.stopper);
  }, 100);
}

function show(place) {
  const viewer = document.getElementById(`file-${place.dataset.file}`);
  if (!viewer) return false;
  const player = viewer.querySelector("audio, video");
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

for (const frame of document.querySelectorAll("[data-zoomable]")) addTools(frame);
document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-place]");
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // What lies in a closed part of the page has to be opened before it can be seen.
  const viewer = document.getElementById(`file-${place.dataset.file}`);
  for (let part = viewer?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  if (show(place)) event.preventDefault();
});
