// @ts-check
// On the page for when the site is busy: sends the form that it holds again, once the seconds are over that it names.
import { first } from "../elements.js";

const form = first(document, "form[data-again-seconds]", HTMLFormElement);
if (form) setTimeout(() => form.requestSubmit(), Number(form.dataset.againSeconds) * 1000);
