// @ts-check
// Each line of pages beside this one starts at the page that is shown. A browser that knows `scroll-initial-target` has done
// so without a script (static/css/frame.css).

import { every } from "../elements.js";

if (!CSS.supports("scroll-initial-target", "nearest")) {
  for (const here of every(document, ".section-nav [aria-current]")) {
    const line = here.closest("ul");
    if (line) line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
  }
}
