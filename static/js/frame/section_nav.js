// @ts-check
// The line of pages beside this one starts at the page that is shown. A browser that knows `scroll-initial-target` has done
// so without a script (static/css/frame.css).

const here = document.querySelector(".section-nav [aria-current]");
const line = here?.closest("ul");
if (here instanceof HTMLElement && line && !CSS.supports("scroll-initial-target", "nearest")) {
  line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
