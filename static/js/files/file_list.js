// @ts-check
// Shows the files that somebody chose, with their sizes, before they are sent; says which are over the limit
// (data-max-bytes on the input). The server measures again.
import { every } from "../elements.js";
import { words } from "../words.js";
import { readableSize } from "./readable_size.js";

for (const input of every(document, "input[data-file-list]", HTMLInputElement)) {
  const list = document.createElement("ul");
  list.className = "chosen-files";
  list.setAttribute("aria-live", "polite");
  list.hidden = true;
  input.after(list);

  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    const limit = Number(input.dataset.maxBytes) || Infinity;
    const most = readableSize(limit);
    list.replaceChildren(
      ...files.map((file) => {
        const row = document.createElement("li");
        const size = document.createElement("span");
        size.className = "number";
        size.textContent = readableSize(file.size);
        if (file.size > limit) {
          row.className = "is-too-large";
          size.textContent += words(input, "too-large", { most });
        }
        row.append(file.name, size);
        return row;
      }),
    );
    list.hidden = !files.length;
    const tooLarge = files.some((file) => file.size > limit);
    input.setCustomValidity(tooLarge ? words(input, "one-too-large", { most }) : "");
  });
}
