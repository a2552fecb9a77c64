// Shows the files that somebody chose, with their sizes, before they are sent; says which are over the limit
// (data-max-bytes on the input). The server measures again.
import { readableSize } from "./readable_size.js";

for (const input of document.querySelectorAll("input[data-file-list]")) {
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
        size.textContent = readableSize(file.size);
        if (file.size > limit) {
          row.className = "is-too-large";
          size.textContent += `, too large: at most ${readableSize(limit)}`;
        }
        row.append(file.name, size);
        return row;
      }),
    );
    list.hidden = !input.files.length;
    const tooLarge = [...input.files].some((file) => file.size > limit);
    input.setCustomValidity(tooLarge ? `A file is too large. Each can be at most ${readableSize(limit)}.` : "");
  });
}
