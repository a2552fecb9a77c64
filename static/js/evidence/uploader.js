// @ts-check
// The files of a piece of evidence in its form ([data-uploader]): each file that is chosen, dropped, pasted or recorded is
// sent at once, three at a time, with a row of its own. Without this script the plain field sends files with the form.
import { drawn, every, first, target, the } from "../elements.js";
import { giveUp } from "../files/tus.js";
import { reasonInWords, words } from "../words.js";
import { readableSize } from "../files/readable_size.js";
import { stayAt } from "./address.js";
import { ResumableUpload } from "./resumable_upload.js";
import { suggestTitle } from "./suggested_title.js";
import { uploadKeeper } from "./upload_keeper.js";

const AT_ONCE = 3;

/** @typedef {{ address: string, name: string, size_bytes: number, received_bytes: number }} Left a file that came in part */

class Uploader {
  /** @type {Row[]} */
  rows = [];
  isStaying = false;
  /**
   * The button that waits for the files.
   * @type {HTMLElement | null}
   */
  held = null;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.form = /** @type {HTMLFormElement} */ (section.closest("form"));
    this.list = the(section, "[data-upload-list]");
    this.status = the(section, "[data-upload-status]");
    this.heading = the(section, "h2");
    this.token = the(this.form, "input[name=csrfmiddlewaretoken]", HTMLInputElement).value;
    this.url = section.dataset.uploadsUrl ?? "";
    section.classList.add("is-live");
    the(section, "[data-uploader-ways]").hidden = false;
    this.listen();
    this.goOn();
  }

  listen() {
    for (const input of every(this.section, "input[type=file]", HTMLInputElement)) {
      // Its files are sent from here, so the form has not changed by them.
      input.addEventListener("input", (event) => event.stopPropagation());
      input.addEventListener("change", () => {
        const files = [...(input.files ?? [])];
        input.value = "";
        this.add(files, this.words("photo"));
      });
    }
    this.section.addEventListener("uploader:file", (event) => this.add([event.detail]));
    document.addEventListener("paste", (event) => {
      const isTyped = event.clipboardData?.types.includes("text/plain") && target(event).closest("input, textarea");
      const files = isTyped ? [] : [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      this.add(files, this.words("screenshot"));
    });
    this.listenForDrops();
    this.form.addEventListener("submit", (event) => this.holdBack(event));
    document.addEventListener("htmx:afterSwap", (event) => {
      if (target(event).id === "evidence-files" && event.detail.requestConfig?.verb === "post") {
        this.say(this.words("removed"));
        this.heading.focus();
      }
      if (target(event).id === "evidence-files") this.listed();
    });
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number>} [values]
   */
  words(name, values) {
    return words(this.section, name, values);
  }

  listenForDrops() {
    const bringsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
    let depth = 0;
    const show = (/** @type {number} */ change) => {
      depth = Math.max(depth + change, 0);
      this.section.classList.toggle("is-dropping", depth > 0);
    };
    document.addEventListener("dragenter", (event) => bringsFiles(event) && show(1));
    document.addEventListener("dragleave", (event) => bringsFiles(event) && show(-1));
    document.addEventListener("dragover", (event) => bringsFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      const brought = event.dataTransfer;
      if (!brought || !bringsFiles(event)) return;
      event.preventDefault();
      show(-depth);
      const entries = [...brought.items].map((item) => item.webkitGetAsEntry?.());
      const files = [...brought.files].filter((_file, at) => !entries[at]?.isDirectory);
      if (files.length < brought.files.length) this.say(this.words("folder"), true);
      this.add(files);
    });
  }

  // Files from before this page was loaded: those that the browser kept go on by themselves, the others are asked for.
  async goOn() {
    for (const { key, file } of await uploadKeeper.keptFor(location.pathname)) {
      // From the camera of the home page.
      this.add([file]);
      uploadKeeper.forget(key);
    }
    const kept = (await uploadKeeper.keptFor(this.url)).filter(({ key }) => !this.rows.some((row) => row.key === key));
    for (const { key, file, address } of kept) this.begin(file, key, address);
    const answer = await fetch(this.url, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    /** @type {{ uploads: Left[] }} */
    const { uploads } = await answer.json();
    for (const left of uploads) {
      if (!this.rows.some((row) => row.isOf(left))) this.askFor(left);
    }
  }

  /**
   * @param {File[]} files
   * @param {string} what what to call one that has no name of its own
   */
  add(files, what = this.words("photo")) {
    for (const file of files) {
      const named = withSensibleName(file, what);
      const asked = this.rows.find((row) => row.left && isSame(named, row.left));
      asked?.remove();
      this.begin(named, newKey(), asked?.left?.address ?? null);
    }
    if (files.length > 1) this.say(this.words("many", { count: files.length }));
    this.next();
    // The piece is saved at once with all that the form shows, and not only with its files.
    if (files.length) this.form.dispatchEvent(new CustomEvent("files-added"));
  }

  /**
   * @param {File} file
   * @param {string} key
   * @param {string | null} address of an upload that was begun before, for this file
   */
  begin(file, key, address) {
    const about = { uploadsUrl: this.url, key, token: this.token, address };
    const upload = new ResumableUpload(file, { ...about, changed: () => this.changed(row, upload) });
    const row = new Row(this, { name: file.name, file, upload, key });
    this.rows.push(row);
    uploadKeeper.keep(key, this.url, file, address);
    this.next();
  }

  /** @param {Left} left */
  askFor(left) {
    this.rows.push(new Row(this, { name: left.name, left }));
  }

  next() {
    const running = this.rows.filter((row) => row.isRunning).length;
    for (const row of this.rows.filter((waiting) => waiting.upload?.state === "waiting").slice(0, Math.max(AT_ONCE - running, 0))) {
      row.upload?.run();
    }
  }

  /**
   * @param {Row} row
   * @param {ResumableUpload} upload
   */
  changed(row, upload) {
    row.draw();
    const { state } = upload;
    if (upload.address) this.stayWithThePiece();
    if (state === row.told) return;
    row.told = state;
    if (state === "kept") this.keptOne(row);
    if (state === "refused" || state === "failed") this.say(`${row.name}: ${row.why}`);
    if (state === "interrupted") this.say(this.words("interrupted"));
    if (upload.isOver) uploadKeeper.forget(row.key);
    if (state !== "sending") this.next();
    this.sendHeldForm();
  }

  /** @param {Row} row */
  keptOne(row) {
    row.remove();
    const count = this.rows.filter((other) => other.isUnderWay).length;
    this.say(this.words(count ? "arrived-others" : "arrived", { name: row.name, count }));
    the(this.section, "#evidence-files").dispatchEvent(new CustomEvent("files-changed"));
  }

  // The list shows what has arrived: how much that is, and what it suggests as a title.
  listed() {
    this.form.dispatchEvent(new CustomEvent("files-listed"));
    suggestTitle(this.form, first(this.section, "[data-suggested-title]")?.dataset.suggestedTitle);
  }

  // A new piece exists from its first file on: a reload then opens that piece, and not another new one.
  stayWithThePiece() {
    const { editUrl } = this.section.dataset;
    if (!editUrl || this.isStaying) return;
    this.isStaying = true;
    stayAt(editUrl);
  }

  /**
   * Submitting waits for the files: without them the piece would go to the assessor half.
   * @param {SubmitEvent} event
   */
  holdBack(event) {
    const isSubmission = event.submitter?.getAttribute("name") === "submit";
    if (!isSubmission || !this.rows.some((row) => row.isUnderWay)) return;
    event.preventDefault();
    this.held = event.submitter;
    this.say(this.words("held"), true);
  }

  sendHeldForm() {
    if (!this.held || this.rows.some((row) => row.isUnderWay)) return;
    const button = this.held;
    this.held = null;
    if (!this.rows.length) this.form.requestSubmit(button);
  }

  /**
   * Says it to screen readers without interrupting; `isShown` puts it in sight as well.
   * @param {string} text
   */
  say(text, isShown = false) {
    this.status.textContent = text;
    this.status.classList.toggle("visually-hidden", !isShown);
  }
}

// One file: its name, its bar, what is the matter, and what can be done.
class Row {
  /**
   * The state that was said last.
   * @type {import("./resumable_upload.js").State}
   */
  told = "waiting";

  /**
   * @param {Uploader} uploader
   * @param {{ name: string, file?: File, upload?: ResumableUpload, key?: string, left?: Left }} what either with its
   *   upload, or left over from before
   */
  constructor(uploader, { name, file, upload, key = "", left }) {
    this.uploader = uploader;
    this.name = name;
    this.file = file;
    this.upload = upload;
    this.key = key;
    this.left = left;
    this.element = drawn(uploader.section, "template[data-upload-row]");
    this.bar = the(this.element, "progress", HTMLProgressElement);
    this.status = the(this.element, "[data-upload-words]");
    the(this.element, "[data-upload-name]").textContent = name;
    this.bar.setAttribute("aria-label", uploader.words("uploading", { name }));
    for (const [act, run] of Object.entries({ cancel: () => this.cancel(), retry: () => this.retry(), choose: () => this.choose() })) {
      const button = the(this.element, `[data-upload=${act}]`);
      button.addEventListener("click", run);
      the(button, ".visually-hidden").textContent = ` ${name}`;
    }
    uploader.list.append(this.element);
    this.draw();
  }

  get isRunning() {
    return this.upload?.state === "sending" || this.upload?.state === "interrupted";
  }

  get isUnderWay() {
    return this.isRunning || this.upload?.state === "waiting";
  }

  // Why it does not go on, in words.
  get why() {
    return this.upload?.why ? reasonInWords(this.uploader.section, this.upload.why) : "";
  }

  /** @param {Left} left */
  isOf(left) {
    return this.file !== undefined && isSame(this.file, left);
  }

  draw() {
    const size = this.file?.size ?? this.left?.size_bytes ?? 0;
    const state = this.upload?.state ?? "left";
    const sent = this.upload?.shown ?? this.left?.received_bytes ?? 0;
    const percent = size ? Math.floor((sent / size) * 100) : 0;
    this.element.dataset.state = state;
    this.bar.value = percent;
    this.bar.hidden = state === "refused";
    this.status.textContent = this.statusText(state, { percent, size: readableSize(size) }, sent >= size && size > 0);
    const shown = { cancel: true, retry: state === "failed", choose: state === "left" };
    for (const [act, isShown] of Object.entries(shown)) the(this.element, `[data-upload=${act}]`).hidden = !isShown;
    the(this.element, "[data-upload=cancel] [data-words]").textContent = this.uploader.words(
      state === "refused" ? "dismiss" : "cancel",
    );
  }

  /**
   * @param {import("./resumable_upload.js").State | "left"} state
   * @param {{ percent: number, size: string }} far
   * @param {boolean} hasGone
   */
  statusText(state, far, hasGone) {
    const { uploader, why } = this;
    if (state === "waiting") return uploader.words("waiting", far);
    if (state === "sending") return uploader.words(hasGone ? "checking" : "sending", far);
    if (state === "interrupted") return `${uploader.words("sending", far)} · ${why}`;
    return state === "left" ? uploader.words("left", far) : why;
  }

  retry() {
    this.upload?.wait();
    this.told = "waiting";
    this.draw();
    this.uploader.next();
  }

  choose() {
    the(this.uploader.section, "input[type=file]:not([capture])").click();
  }

  async cancel() {
    const { name, uploader } = this;
    const isRefused = this.upload?.state === "refused";
    this.remove();
    uploader.say(isRefused ? "" : uploader.words("cancelled", { name }));
    uploader.heading.focus();
    if (this.upload) {
      uploadKeeper.forget(this.key);
      await this.upload.cancel();
    } else if (this.left) {
      await giveUp(this.left.address, uploader.token);
    }
    uploader.next();
    uploader.sendHeldForm();
  }

  remove() {
    this.element.remove();
    this.uploader.rows = this.uploader.rows.filter((row) => row !== this);
  }
}

/**
 * Whether a file is the one of which a part arrived before, as far as a name and a size can tell.
 * @param {File} file
 * @param {Left} left
 */
function isSame(file, left) {
  return file.name.normalize("NFC") === left.name && file.size === left.size_bytes;
}

function newKey() {
  return crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;
}

/**
 * Cameras and clipboards call everything "image.png".
 * @param {File} file
 * @param {string} what
 */
function withSensibleName(file, what) {
  const generic = /^(?:image|photo|blob|unknown)?\.?(jpe?g|png|gif|webp|heic)?$/i.exec(file.name);
  if (!generic) return file;
  const ending = generic[1] || file.type.split("/")[1] || "png";
  const now = new Date();
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const name = `${what} ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.${ending}`;
  return new File([file], name, { type: file.type });
}

for (const section of every(document, "[data-uploader]")) new Uploader(section);
