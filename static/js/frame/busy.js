// On the page for when the site is busy: sends the form that it holds again, once the seconds are over that it names.
const form = document.querySelector("form[data-again-seconds]");
if (form) setTimeout(() => form.requestSubmit(), Number(form.dataset.againSeconds) * 1000);
