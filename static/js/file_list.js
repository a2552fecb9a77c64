// Shows the files that somebody chose, with their sizes, before they are sent; says which are over the limit
// (data-max-bytes on the input). The server measures again.
function readable(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toLocaleString("en-GB", { maximumFractionDigits: unit > 1 ? 1 : 0 })} ${units[unit]}`;
}

for (const input of document.querySelectorAll("input[type=file]")) {
  const list = document.createElement("ul");
  list.className = "chosen-files";
  list.setAttribute("aria-live", "polite");
  list.hidden = true;
  input.after(list);

  input.addEventListener("change", () => {
    const limit = Number(input.dataset.maxBytes) || Infinity;
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const row = document.createElement("li");
        const size = document.createElement("span");
        size.className = "number";
        size.textContent = readable(file.size);
        if (file.size > limit) {
          row.className = "is-too-large";
          size.textContent += `, too large: at most ${readable(limit)}`;
        }
        row.append(file.name, size);
        return row;
      }),
    );
    list.hidden = !input.files.length;
    const tooLarge = [...input.files].some((file) => file.size > limit);
    input.setCustomValidity(tooLarge ? `A file is too large. Each can be at most ${readable(limit)}.` : "");
  });
}
