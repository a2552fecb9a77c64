// The files of a piece of evidence in its form ([data-uploader]): each file that is chosen, dropped, pasted or recorded is
// sent at once, three at a time, with a row of its own. Without this script the plain field sends files with the form.
import htmx from "../htmx.js";
import { readableSize } from "../files/readable_size.js";
import { ResumableUpload } from "./resumable_upload.js";
import { uploadKeeper } from "./upload_keeper.js";

const AT_ONCE = 3;

class Uploader {
  constructor(section) {
    this.section = section;
    this.form = section.closest("form");
    this.list = section.querySelector("[data-upload-list]");
    this.template = section.querySelector("template[data-upload-row]");
    this.status = section.querySelector("[data-upload-status]");
    this.token = this.form.querySelector("input[name=csrfmiddlewaretoken]").value;
    this.url = section.dataset.uploadsUrl;
    this.rows = [];
    this.arrived = 0;
    section.classList.add("is-live");
    section.querySelector("[data-uploader-ways]").hidden = false;
    this.listen();
    this.goOn();
  }

  listen() {
    for (const input of this.section.querySelectorAll("input[type=file]")) {
      // Its files are sent from here, so the form has not changed by them.
      input.addEventListener("input", (event) => event.stopPropagation());
      input.addEventListener("change", () => {
        const files = [...input.files];
        input.value = "";
        this.add(files, input.hasAttribute("capture") ? "Photo" : "");
      });
    }
    this.section.addEventListener("uploader:file", (event) => this.add([event.detail]));
    document.addEventListener("paste", (event) => {
      const isTyped = event.clipboardData.types.includes("text/plain") && event.target.closest?.("input, textarea");
      const files = isTyped ? [] : [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      this.add(files, "Screenshot");
    });
    this.listenForDrops();
    this.form.addEventListener("submit", (event) => this.holdBack(event));
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.target.id === "evidence-files" && event.detail.requestConfig?.verb === "post") {
        this.say("The file was removed.");
        this.section.querySelector("h2").focus();
      }
    });
  }

  listenForDrops() {
    const bringsFiles = (event) => event.dataTransfer?.types.includes("Files");
    let depth = 0;
    const show = (change) => {
      depth = Math.max(depth + change, 0);
      this.section.classList.toggle("is-dropping", depth > 0);
    };
    document.addEventListener("dragenter", (event) => bringsFiles(event) && show(1));
    document.addEventListener("dragleave", (event) => bringsFiles(event) && show(-1));
    document.addEventListener("dragover", (event) => bringsFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      show(-depth);
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
      const files = [...event.dataTransfer.files].filter((file, at) => !entries[at]?.isDirectory);
      if (files.length < event.dataTransfer.files.length) this.say("A folder cannot be added. Open it and choose its files.", true);
      this.add(files);
    });
  }

  // Files from before this page was loaded: those that the browser kept go on by themselves, the others are asked for.
  async goOn() {
    const kept = await uploadKeeper.keptFor(this.url);
    for (const { key, file, address } of kept) this.begin(file, key, address);
    const answer = await fetch(this.url, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    const { uploads } = await answer.json();
    for (const left of uploads) {
      if (!this.rows.some((row) => row.isOf(left))) this.askFor(left);
    }
  }

  add(files, what = "") {
    for (const file of files) {
      const named = withSensibleName(file, what);
      const asked = this.rows.find((row) => row.left && isSame(named, row.left));
      asked?.remove();
      this.begin(named, newKey(), asked?.left.address);
    }
    if (files.length > 1) this.say(`${files.length} files are on their way.`);
    this.next();
  }

  // address: of an upload that was begun before, for this file.
  begin(file, key, address = null) {
    const upload = new ResumableUpload(file, {
      uploadsUrl: this.url,
      key,
      token: this.token,
      changed: () => this.changed(row),
    });
    upload.address = address;
    upload.mustAsk = Boolean(address);
    const row = new Row(this, { file, upload, key });
    this.rows.push(row);
    uploadKeeper.keep(key, this.url, file, address);
    this.next();
  }

  askFor(left) {
    this.rows.push(new Row(this, { left }));
  }

  next() {
    const running = this.rows.filter((row) => row.isRunning).length;
    for (const row of this.rows.filter((waiting) => waiting.upload?.state === "waiting").slice(0, Math.max(AT_ONCE - running, 0))) {
      row.upload.run();
    }
  }

  changed(row) {
    row.draw();
    const { state } = row.upload;
    if (row.upload.address) this.stayWithThePiece();
    if (state === row.told) return;
    row.told = state;
    if (state === "kept") this.keptOne(row);
    if (state === "refused" || state === "failed") this.say(`${row.file.name}: ${row.upload.message}`);
    if (state === "interrupted") this.say("No connection. Your files go on by themselves.");
    if (row.upload.isOver) uploadKeeper.forget(row.key);
    if (state !== "sending") this.next();
    this.sendHeldForm();
  }

  keptOne(row) {
    this.arrived += 1;
    row.remove();
    const coming = this.rows.filter((other) => other.isUnderWay).length;
    this.say(`${row.file.name} has arrived.${coming ? ` ${coming} to come.` : ""}`);
    htmx.trigger("#evidence-files", "files-changed");
  }

  // A new piece exists from its first file on: a reload then opens that piece, and not another new one.
  stayWithThePiece() {
    const { editUrl } = this.section.dataset;
    if (!editUrl || this.isStaying) return;
    this.isStaying = true;
    if (location.pathname !== editUrl) history.replaceState(history.state, "", editUrl);
  }

  // Submitting waits for the files: without them the piece would go to the assessor half.
  holdBack(event) {
    const isSubmission = event.submitter?.name === "submit";
    if (!isSubmission || !this.rows.some((row) => row.isUnderWay)) return;
    event.preventDefault();
    this.held = event.submitter;
    this.say("Your files are still on their way. The form goes on when they have arrived; cancel one if you do not need it.", true);
  }

  sendHeldForm() {
    if (!this.held || this.rows.some((row) => row.isUnderWay)) return;
    const button = this.held;
    this.held = null;
    if (!this.rows.length) this.form.requestSubmit(button);
  }

  // Says it to screen readers without interrupting; `isShown` puts it in sight as well.
  say(words, isShown = false) {
    this.status.textContent = words;
    this.status.classList.toggle("visually-hidden", !isShown);
  }
}

// One file: its name, its bar, what is the matter, and what can be done.
class Row {
  constructor(uploader, { file = null, upload = null, key = null, left = null }) {
    Object.assign(this, { uploader, file, upload, key, left });
    this.element = uploader.template.content.firstElementChild.cloneNode(true);
    this.bar = this.element.querySelector("progress");
    this.words = this.element.querySelector("[data-upload-words]");
    const { name } = file || left;
    this.element.querySelector("[data-upload-name]").textContent = name;
    this.bar.setAttribute("aria-label", `Uploading ${name}`);
    for (const [act, run] of Object.entries({ cancel: () => this.cancel(), retry: () => this.retry(), choose: () => this.choose() })) {
      const button = this.element.querySelector(`[data-upload=${act}]`);
      button.addEventListener("click", run);
      button.querySelector(".visually-hidden").textContent = ` ${name}`;
    }
    uploader.list.append(this.element);
    this.draw();
  }

  get isRunning() {
    return ["sending", "interrupted"].includes(this.upload?.state);
  }

  isOf(left) {
    return this.file !== null && isSame(this.file, left);
  }

  get isUnderWay() {
    return this.isRunning || this.upload?.state === "waiting";
  }

  draw() {
    const size = this.file ? this.file.size : this.left.size_bytes;
    const state = this.upload ? this.upload.state : "left";
    const sent = this.upload ? this.upload.shown || 0 : this.left.received_bytes;
    const percent = size ? Math.floor((sent / size) * 100) : 0;
    this.element.dataset.state = state;
    this.bar.value = percent;
    this.bar.hidden = state === "refused";
    const progress = sent >= size && size ? "Being checked" : `${percent}% of ${readableSize(size)}`;
    this.words.textContent = {
      waiting: `Waiting · ${readableSize(size)}`,
      sending: progress,
      interrupted: `${percent}% of ${readableSize(size)} · ${this.upload?.message}`,
      failed: this.upload?.message,
      refused: this.upload?.message,
      left: `${percent}% of ${readableSize(size)} had arrived. Choose the file again to go on.`,
    }[state];
    const shown = { cancel: true, retry: state === "failed", choose: state === "left" };
    for (const [act, isShown] of Object.entries(shown)) this.element.querySelector(`[data-upload=${act}]`).hidden = !isShown;
    this.element.querySelector("[data-upload=cancel] [data-words]").textContent = state === "refused" ? "Dismiss" : "Cancel";
  }

  retry() {
    this.upload.state = "waiting";
    this.upload.mustAsk = Boolean(this.upload.address);
    this.told = "waiting";
    this.draw();
    this.uploader.next();
  }

  choose() {
    this.uploader.section.querySelector("input[type=file]:not([capture])").click();
  }

  async cancel() {
    const { name } = this.file || this.left;
    const isRefused = this.upload?.state === "refused";
    this.remove();
    this.uploader.say(isRefused ? "" : `${name} was cancelled.`);
    this.uploader.section.querySelector("h2").focus();
    if (this.upload) {
      uploadKeeper.forget(this.key);
      await this.upload.cancel();
    } else {
      await ResumableUpload.giveUp(this.left.address, this.uploader.token);
    }
    this.uploader.next();
    this.uploader.sendHeldForm();
  }

  remove() {
    this.element.remove();
    this.uploader.rows = this.uploader.rows.filter((row) => row !== this);
  }
}

// Whether a file is the one of which a part arrived before, as far as a name and a size can tell.
function isSame(file, left) {
  return file.name.normalize("NFC") === left.name && file.size === left.size_bytes;
}

function newKey() {
  return crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;
}

// Cameras and clipboards call everything "image.png".
function withSensibleName(file, what) {
  const generic = /^(?:image|photo|blob|unknown)?\.?(jpe?g|png|gif|webp|heic)?$/i.exec(file.name);
  if (!generic) return file;
  const ending = generic[1] || file.type.split("/")[1] || "png";
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const name = `${what || "Photo"} ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.${ending}`;
  return new File([file], name, { type: file.type });
}

for (const section of document.querySelectorAll("[data-uploader]")) new Uploader(section);
