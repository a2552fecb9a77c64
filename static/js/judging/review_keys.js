// Keys for who judges for hours: j/k next and previous claim, m met, n not yet, f feedback, s sign off,
// Ctrl+Enter finish. Letters work only where nothing is being typed.
const form = document.querySelector("[data-review]");

if (form) {
  const claims = [...form.querySelectorAll("[data-claim]")];
  const help = form.querySelector(".keys");
  if (help) help.hidden = false;
  const current = () => claims.find((claim) => claim.contains(document.activeElement));
  const go = (step) => {
    const at = claims.indexOf(current());
    const next = claims[Math.min(Math.max(at + step, 0), claims.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    m: (claim) => claim.querySelector("input[value=met]").click(),
    n: (claim) => {
      claim.querySelector("input[value=not_yet]").click();
      claim.querySelector("textarea").focus();
    },
    f: (claim) => claim.querySelector("textarea").focus(),
    s: (claim) => claim.querySelector("input[type=checkbox]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
      return;
    }
    if (event.key === "Escape" && form.contains(document.activeElement)) {
      current()?.focus();
      return;
    }
    const isTyping = document.activeElement.matches("textarea, input:not([type=radio]):not([type=checkbox])");
    const act = acts[event.key];
    if (!act || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key === "j" || event.key === "k") act();
    else act(current() ?? claims[0]);
  });
}
