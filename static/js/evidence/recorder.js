// @ts-check
// Records sound or video with the device's own microphone and camera, in a panel (.recorder): start, pause, then stop and
// add, or discard. What is added goes to `uploader:file` on the panel, as a File; what is not says `recorder:discarded`.
import { every, the } from "../elements.js";
import { words } from "../words.js";

/**
 * What browsers record, the most widely played first: type and ending.
 * @typedef {"audio" | "video"} RecordingKind
 * @type {Record<RecordingKind, [type: string, ending: string][]>}
 */
const FORMATS = {
  audio: [
    ["audio/mp4;codecs=mp4a.40.2", "m4a"],
    ["audio/webm;codecs=opus", "webm"],
    ["audio/ogg;codecs=opus", "ogg"],
    ["audio/mp4", "m4a"],
  ],
  video: [
    ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "mp4"],
    ["video/webm;codecs=vp8,opus", "webm"],
    ["video/webm", "webm"],
    ["video/mp4", "mp4"],
  ],
};
// Without HTTPS browsers have none.
const canRecord = "mediaDevices" in navigator && "MediaRecorder" in window;

/** @param {unknown} fault */
function refusal(fault) {
  const name = fault instanceof DOMException ? fault.name : "";
  if (name === "NotAllowedError") return "not-allowed";
  return name === "NotFoundError" ? "not-found" : "not-usable";
}

class Recording {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {MediaRecorder | null} */
  recorder = null;
  /** @type {Blob[]} */
  parts = [];
  isDiscarded = false;
  isFull = false;
  seconds = 0;
  /** @type {number | undefined} */
  clock;

  /**
   * @param {HTMLElement} panel
   * @param {RecordingKind} kind
   * @param {HTMLElement} button
   */
  constructor(panel, kind, button) {
    this.panel = panel;
    this.kind = kind;
    this.button = button;
    this.live = the(panel, "[data-recorder-live]", HTMLVideoElement);
  }

  async begin() {
    const format = FORMATS[this.kind].find(([type]) => MediaRecorder.isTypeSupported(type));
    if (!format) return this.show("refused", words(this.panel, "not-usable"));
    const [mimeType, ending] = format;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: this.kind === "video" && { facingMode: "environment" } });
    } catch (fault) {
      this.show("refused", words(this.panel, refusal(fault)));
      return undefined;
    }
    const recorder = new MediaRecorder(this.stream, { mimeType });
    this.recorder = recorder;
    recorder.addEventListener("dataavailable", (event) => this.take(event.data));
    recorder.addEventListener("stop", () => this.finish(mimeType.split(";")[0], ending));
    if (this.kind === "video") {
      this.live.srcObject = this.stream;
      this.live.play();
    }
    recorder.start(1000);
    this.clock = window.setInterval(() => {
      if (recorder.state === "recording") this.seconds += 1;
      this.tell();
    }, 1000);
    return this.show("recording");
  }

  // Where the page says how much there is room for (data-most-bytes), the recording ends while its last part still fits.
  /** @param {Blob} part */
  take(part) {
    this.parts.push(part);
    const size = this.parts.reduce((sum, one) => sum + one.size, 0);
    const next = 2 * Math.max(...this.parts.map((one) => one.size));
    if (size + next < Number(this.panel.dataset.mostBytes ?? Infinity) || this.recorder?.state === "inactive") return;
    this.isFull = true;
    this.stop();
  }

  pause() {
    if (this.recorder?.state === "recording") {
      this.recorder.pause();
      this.show("paused");
    } else {
      this.recorder?.resume();
      this.show("recording");
    }
  }

  stop() {
    this.recorder?.stop();
  }

  /**
   * @param {string} type
   * @param {string} ending
   */
  finish(type, ending) {
    if (this.isDiscarded) this.panel.dispatchEvent(new CustomEvent("recorder:discarded", { bubbles: true }));
    else {
      const name = `${words(this.panel, `name-${this.kind}`, { moment: stamp() })}.${ending}`;
      this.panel.dispatchEvent(new CustomEvent("uploader:file", { detail: new File(this.parts, name, { type }), bubbles: true }));
    }
    if (this.isFull) {
      this.release();
      this.show("refused", words(this.panel, "full"));
    } else this.close();
  }

  // Lets go of the device, so that its light goes out.
  release() {
    clearInterval(this.clock);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.live.srcObject = null;
  }

  discard() {
    this.isDiscarded = true;
    this.recorder?.stop();
  }

  close() {
    this.release();
    this.panel.hidden = true;
    this.panel.dataset.state = "";
    this.button.focus();
  }

  /**
   * @param {"recording" | "paused" | "refused"} state
   * @param {string} [text]
   */
  show(state, text = words(this.panel, state)) {
    const { panel } = this;
    panel.hidden = false;
    panel.dataset.state = state;
    the(panel, "[data-recorder-words]").textContent = text;
    const isRunning = state === "recording" || state === "paused";
    const shown = { pause: isRunning, stop: isRunning, discard: isRunning, close: !isRunning };
    for (const [act, isShown] of Object.entries(shown)) the(panel, `[data-recorder=${act}]`).hidden = !isShown;
    the(panel, "[data-recorder=pause]").textContent = words(panel, state === "paused" ? "go-on" : "pause");
    this.live.hidden = !(isRunning && this.kind === "video");
    this.tell();
    the(panel, "button:not([hidden])").focus();
  }

  tell() {
    // For marks that are set while it runs.
    this.panel.dataset.ms = String(this.seconds * 1000);
    const time = `${Math.floor(this.seconds / 60)}:${String(this.seconds % 60).padStart(2, "0")}`;
    the(this.panel, "[data-recorder-time]").textContent = this.panel.dataset.state === "refused" ? "" : time;
  }
}

// The moment, as it can stand in a file's name: "26 November, 22.35".
function stamp() {
  const now = new Date();
  const day = now.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" });
  return `${day}, ${now.getHours()}.${String(now.getMinutes()).padStart(2, "0")}`;
}

for (const panel of canRecord ? every(document, "[data-recorder-panel]") : []) {
  /** @type {Recording | null} */
  let recording = null;
  for (const button of every(panel.parentElement ?? document, "[data-record]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!panel.hidden) return;
      recording = new Recording(panel, button.dataset.record === "video" ? "video" : "audio", button);
      recording.begin();
    });
  }
  const acts = {
    pause: () => recording?.pause(),
    stop: () => recording?.stop(),
    discard: () => recording?.discard(),
    close: () => recording?.close(),
  };
  for (const [act, run] of Object.entries(acts)) {
    the(panel, `[data-recorder=${act}]`).addEventListener("click", run);
  }
}
