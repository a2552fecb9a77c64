// @ts-check
// On a narrow screen the map of progression is wider than its frame: begin where the occupation in focus stands.
document.querySelectorAll(".map-frame").forEach((frame) => {
  const box = frame.querySelector(".map-focus");
  if (!box) return;
  const beside = box.getBoundingClientRect().left - frame.getBoundingClientRect().left;
  const room = frame.clientWidth - box.getBoundingClientRect().width;
  frame.scrollLeft += beside - room / 2;
});
