// htmx, by one address for all of our modules.
import htmx from "../vendor/htmx-2.0.10/htmx.js";

export default htmx;
