// Sends one file to the resumable door (docs/uploads.md): announces it, sends it piece by piece, and after whatever cut
// it off goes on by itself where the server says that it got to. Knows nothing of the page: `changed` is called with it.
const LARGEST_PIECE = 8 * 1024 * 1024;
const SMALLEST_PIECE = 256 * 1024;
const DELAYS_SECONDS = [0.5, 1, 2, 4, 8, 15, 30];
const TRIES_AT_A_BROKEN_SERVER = 6;

export class ResumableUpload {
  // uploadsUrl: the door of the piece; key: the same for the same file sent again; token: the page's CSRF token.
  constructor(file, { uploadsUrl, key, token, changed }) {
    Object.assign(this, { file, uploadsUrl, key, token, changed });
    this.address = null;
    this.sent = 0;
    this.pieceBytes = 1024 * 1024;
    // waiting, sending, interrupted (goes on by itself), failed (somebody must act), refused, kept, cancelled
    this.state = "waiting";
    this.message = "";
    this.receipt = null;
  }

  get isOver() {
    return ["refused", "kept", "cancelled"].includes(this.state);
  }

  // Runs until the file is kept, refused or cancelled, or cannot go on without the person.
  async run() {
    let failures = 0;
    let broken = 0;
    this.#set("sending");
    while (this.state === "sending" || this.state === "interrupted") {
      const before = this.sent;
      try {
        await this.#step();
        failures = broken = 0;
      } catch (fault) {
        if (this.state === "cancelled") return;
        if (!(fault instanceof Fault)) throw fault;
        if (this.sent > before) failures = 0;
        if (fault.isFinal) return this.#set(fault.state, fault.message);
        if (fault.status >= 500 && fault.status !== 503 && (broken += 1) >= TRIES_AT_A_BROKEN_SERVER) {
          return this.#set("failed", "The site does not take it just now. Try again later: nothing that arrived is lost.");
        }
        if (!fault.isBusy) {
          this.pieceBytes = Math.max(this.pieceBytes / 2, SMALLEST_PIECE);
          this.#set("interrupted", "No connection. It goes on by itself.");
        }
        this.mustAsk = true;
        await this.#pause(DELAYS_SECONDS[Math.min(failures, DELAYS_SECONDS.length - 1)]);
        failures += 1;
      }
    }
  }

  async cancel() {
    this.#set("cancelled");
    this.request?.abort();
    this.wake?.();
    // The site may have taken the announcement although its answer never came: the same again finds out.
    if (!this.address && this.wasAnnounced) await this.#announce().catch(() => {});
    if (this.address && !this.receipt) await ResumableUpload.giveUp(this.address, this.token);
  }

  // Tells the site, even if the page is left at once. What it does not hear of runs out after a day.
  static async giveUp(address, token) {
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token };
    await fetch(address, { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }

  // One request's worth of progress.
  async #step() {
    if (!this.address) return this.#announce();
    if (this.mustAsk) return this.#askHowFar();
    if (this.sent < this.file.size) return this.#sendPiece();
    const answer = await this.#ask("GET", this.address);
    this.receipt = JSON.parse(answer.responseText);
    this.#set("kept");
  }

  async #announce() {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    this.wasAnnounced = true;
    const answer = await this.#ask("POST", this.uploadsUrl, {
      "Upload-Length": this.file.size,
      "Upload-Metadata": `filename ${name}`,
      "Idempotency-Key": this.key,
    });
    this.address = answer.getResponseHeader("Location");
    this.#moved(answer);
  }

  async #askHowFar() {
    try {
      this.#moved(await this.#ask("HEAD", this.address));
      this.mustAsk = false;
    } catch (fault) {
      if (fault.status === 422) {
        const answer = await this.#ask("GET", this.address);
        return this.#set("refused", JSON.parse(answer.responseText).message);
      }
      if (![404, 410].includes(fault.status)) throw fault;
      // It ran out: the file begins anew, as another upload.
      this.address = null;
      this.key = `${this.key}+`;
      this.sent = 0;
      this.mustAsk = false;
    }
  }

  async #sendPiece() {
    const offset = this.sent;
    const piece = this.file.slice(offset, offset + this.pieceBytes);
    const headers = { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
    if (window.crypto?.subtle) headers["Upload-Checksum"] = `sha256 ${await sha256(piece)}`;
    const began = performance.now();
    this.#moved(await this.#ask("PATCH", this.address, headers, piece, offset));
    const seconds = (performance.now() - began) / 1000;
    if (seconds < 3) this.pieceBytes = Math.min(this.pieceBytes * 2, LARGEST_PIECE);
    if (seconds > 10) this.pieceBytes = Math.max(this.pieceBytes / 2, SMALLEST_PIECE);
  }

  #moved(answer) {
    this.sent = Number(answer.getResponseHeader("Upload-Offset"));
    this.shown = this.sent;
    this.#set("sending");
  }

  #ask(method, url, headers = {}, body = null, offset = 0) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open(method, url);
      for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token, ...headers })) {
        request.setRequestHeader(name, value);
      }
      if (body) {
        request.upload.addEventListener("progress", (event) => {
          this.shown = offset + event.loaded;
          this.changed(this);
        });
      }
      request.addEventListener("load", () => {
        const went = new URL(request.responseURL || url, location.href).pathname;
        if (went !== new URL(url, location.href).pathname) reject(Fault.signedOut());
        else if (request.status >= 200 && request.status < 300) resolve(request);
        else reject(Fault.of(request, method));
      });
      for (const event of ["error", "abort", "timeout"]) {
        request.addEventListener(event, () => reject(new Fault({ status: 0 })));
      }
      request.send(body);
    });
  }

  // Waits, and less long if the network comes back.
  #pause(seconds) {
    return new Promise((resolve) => {
      this.wake = () => {
        clearTimeout(timer);
        window.removeEventListener("online", this.wake);
        resolve();
      };
      const timer = setTimeout(() => this.wake(), seconds * 1000);
      window.addEventListener("online", this.wake);
    });
  }

  #set(state, message = "") {
    if (this.state === "cancelled") return;
    this.state = state;
    this.message = message;
    this.changed(this);
  }
}

// Why a request did not do what it was for, and whether it makes sense to try again.
class Fault extends Error {
  constructor({ status, message = "", state = "failed", isFinal = false }) {
    super(message);
    Object.assign(this, { status, state, isFinal, isBusy: [409, 423, 460, 503].includes(status) });
  }

  static signedOut() {
    const message = "You were signed out. Sign in again in another tab, then try again here.";
    return new Fault({ status: 302, message, isFinal: true });
  }

  static of(request, method) {
    let message = "";
    try {
      message = JSON.parse(request.responseText).message;
    } catch {
      // An answer that is a page, or none: HEAD has no body.
    }
    const { status } = request;
    if (status === 403 && !message) {
      message = "This page was open for too long. Load it again and go on.";
    }
    // Where the file stands is in the answer: only a question of asking.
    const isElsewhere = status === 409 && request.getResponseHeader("Upload-Offset") !== null;
    const isLost = [404, 410].includes(status) && method !== "POST";
    const isPassing = isElsewhere || isLost || [408, 423, 460].includes(status) || status >= 500;
    const state = [413, 415, 422].includes(status) ? "refused" : "failed";
    return new Fault({ status, message: message || "The site did not take this file.", state, isFinal: !isPassing });
  }
}

async function sha256(piece) {
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
