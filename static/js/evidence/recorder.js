// Records sound or video with the device's own microphone and camera, in a panel (.recorder) of the uploader:
// start, pause, stop, listen, then keep or discard. What is kept goes to `uploader:file` on the panel, as a File.
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
const canRecord = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

function refusal(fault, kind) {
  const device = kind === "audio" ? "microphone" : "camera or microphone";
  if (fault.name === "NotAllowedError") {
    return `Your browser does not let this page use the ${device}. Allow it in the browser’s settings for this site and try again, or record with another app and add the file.`;
  }
  if (fault.name === "NotFoundError") return `No ${device} was found on this device.`;
  return `The ${device} could not be used. Another program may be using it.`;
}

class Recording {
  constructor(panel, kind, button) {
    Object.assign(this, { panel, kind, button, parts: [], seconds: 0 });
    this.playback = panel.querySelector(`${kind}[data-recorder-playback]`);
    this.live = panel.querySelector("[data-recorder-live]");
  }

  async begin() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: this.kind === "video" && { facingMode: "environment" } });
    } catch (fault) {
      this.show("refused", refusal(fault, this.kind));
      return;
    }
    [this.type, this.ending] = FORMATS[this.kind].find(([type]) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(this.stream, { mimeType: this.type });
    this.recorder.addEventListener("dataavailable", (event) => this.parts.push(event.data));
    this.recorder.addEventListener("stop", () => this.finish());
    if (this.kind === "video") {
      this.live.srcObject = this.stream;
      this.live.play();
    }
    this.recorder.start(1000);
    this.clock = setInterval(() => {
      if (this.recorder.state === "recording") this.seconds += 1;
      this.tell();
    }, 1000);
    this.show("recording", "Recording.");
  }

  pause() {
    if (this.recorder.state === "recording") {
      this.recorder.pause();
      this.show("paused", "Paused.");
    } else {
      this.recorder.resume();
      this.show("recording", "Recording.");
    }
  }

  finish() {
    this.release();
    this.file = new File(this.parts, `Recording ${stamp()}.${this.ending}`, { type: this.type.split(";")[0] });
    this.playback.src = URL.createObjectURL(this.file);
    this.show("done", "Listen to it, then keep or discard it.");
  }

  // Lets go of the device, so that its light goes out.
  release() {
    clearInterval(this.clock);
    for (const track of this.stream?.getTracks() || []) track.stop();
    this.live.srcObject = null;
  }

  keep() {
    this.panel.dispatchEvent(new CustomEvent("uploader:file", { detail: this.file, bubbles: true }));
    this.close();
  }

  close() {
    if (this.recorder && this.recorder.state !== "inactive") {
      this.recorder.addEventListener("stop", () => this.close(), { once: true });
      this.recorder.stop();
      return;
    }
    this.release();
    if (this.playback.src) URL.revokeObjectURL(this.playback.src);
    this.playback.removeAttribute("src");
    this.panel.hidden = true;
    this.panel.dataset.state = "";
    this.button.focus();
  }

  show(state, words) {
    const { panel } = this;
    panel.hidden = false;
    panel.dataset.state = state;
    panel.querySelector("[data-recorder-words]").textContent = words;
    const isRunning = state === "recording" || state === "paused";
    const shown = { pause: isRunning, stop: isRunning, keep: state === "done", discard: state !== "refused", close: state === "refused" };
    for (const [act, isShown] of Object.entries(shown)) panel.querySelector(`[data-recorder=${act}]`).hidden = !isShown;
    panel.querySelector("[data-recorder=pause]").textContent = state === "paused" ? "Go on" : "Pause";
    this.live.hidden = !(isRunning && this.kind === "video");
    for (const element of panel.querySelectorAll("[data-recorder-playback]")) {
      element.hidden = !(state === "done" && element === this.playback);
    }
    this.tell();
    panel.querySelector("button:not([hidden])").focus();
  }

  tell() {
    const time = this.panel.querySelector("[data-recorder-time]");
    time.textContent = this.panel.dataset.state === "refused" ? "" : `${Math.floor(this.seconds / 60)}:${String(this.seconds % 60).padStart(2, "0")}`;
  }
}

// The moment, as it can stand in a file's name.
function stamp() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`;
}

for (const panel of canRecord ? document.querySelectorAll("[data-recorder-panel]") : []) {
  let recording = null;
  for (const button of panel.parentElement.querySelectorAll("[data-record]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!panel.hidden) return;
      recording = new Recording(panel, button.dataset.record, button);
      recording.begin();
    });
  }
  const acts = {
    pause: () => recording.pause(),
    stop: () => recording.recorder.stop(),
    keep: () => recording.keep(),
    discard: () => recording.close(),
    close: () => recording.close(),
  };
  for (const [act, run] of Object.entries(acts)) {
    panel.querySelector(`[data-recorder=${act}]`).addEventListener("click", run);
  }
}
