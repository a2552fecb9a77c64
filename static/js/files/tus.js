// @ts-check
// One file on its way through the resumable door (tus 1.0, docs/uploads.md): announces it, sends it piece by piece, and asks
// how far it got. Pages and the service worker use this one; each says for itself when to try again.

const LARGEST_PIECE = 8 * 1024 * 1024;
const SMALLEST_PIECE = 256 * 1024;
const FIRST_PIECE = 1024 * 1024;

/**
 * @typedef {{ status: number, header: (name: string) => string | null, text: string }} Answer
 * @typedef {object} Question
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {Blob | null} body
 * @property {AbortSignal} signal
 * @property {(sent: number) => void} progress
 * @typedef {(question: Question) => Promise<Answer>} Ask
 * @typedef {{ state: string, message?: string, name: string, size_bytes: number, sha256: string }} Receipt
 */

// Why a request did not do what it was for, and whether to try again makes sense. `reason` names the page's words for it
// where the site sent none of its own.
export class Fault extends Error {
  /** @param {{ status: number, reason?: string, message?: string, isFinal?: boolean, offset?: number | null }} why */
  constructor({ status, reason = "away", message = "", isFinal = false, offset = null }) {
    super(message);
    // Where the file stands, if that was the matter.
    this.offset = offset;
    this.status = status;
    this.reason = reason;
    this.isFinal = isFinal;
    // The site has another request of ours, or too many people's: nothing is wrong with the line.
    this.isBusy = [409, 423, 429, 460, 503].includes(status);
    // A smaller piece may get through where this one did not.
    this.isBadLine = status === 0 || status === 408 || (status >= 500 && status !== 503);
    // It is about the file itself, so that the same file is never taken.
    this.isRefusal = [413, 415, 422].includes(status);
  }

  static signedOut() {
    return new Fault({ status: 302, reason: "signed-out", isFinal: true });
  }

  /**
   * @param {Answer} answer
   * @param {string} method
   */
  static of(answer, method) {
    const { status } = answer;
    const message = messageOf(answer);
    const place = answer.header("Upload-Offset");
    const offset = status === 409 && place !== null ? Number(place) : null;
    const isLost = [404, 410].includes(status) && method !== "POST";
    const isPassing = offset !== null || isLost || [408, 423, 429, 460].includes(status) || status >= 500;
    const reason = status === 403 && !message ? "page-too-old" : "not-taken";
    return new Fault({ status, reason, message, isFinal: !isPassing, offset });
  }
}

/** @param {Answer} answer */
function messageOf(answer) {
  try {
    return String(JSON.parse(answer.text).message ?? "");
  } catch {
    // An answer that is a page, or none: HEAD has no body.
    return "";
  }
}

/**
 * Where there is no page. Says how far it got after each piece only.
 * @type {Ask}
 */
export async function byFetch({ method, url, headers, body, signal }) {
  let answer;
  let text;
  try {
    answer = await fetch(url, { method, headers, body, signal, redirect: "manual", cache: "no-store" });
    text = await answer.text();
  } catch {
    throw new Fault({ status: 0 });
  }
  if (answer.type === "opaqueredirect") throw Fault.signedOut();
  return { status: answer.status, header: (name) => answer.headers.get(name), text };
}

/**
 * In a page, where somebody watches how far a piece got.
 * @type {Ask}
 */
export function byXhr({ method, url, headers, body, signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      const went = new URL(request.responseURL || url, location.href).pathname;
      if (went !== new URL(url, location.href).pathname) reject(Fault.signedOut());
      else resolve({ status: request.status, header: (name) => request.getResponseHeader(name), text: request.responseText });
    });
    for (const event of ["error", "abort", "timeout"]) {
      request.addEventListener(event, () => reject(new Fault({ status: 0 })));
    }
    const stop = () => request.abort();
    signal.addEventListener("abort", stop);
    request.addEventListener("loadend", () => signal.removeEventListener("abort", stop));
    request.send(body);
  });
}

export class TusUpload {
  #stopping = new AbortController();
  #wasAnnounced = false;

  /**
   * @param {Blob} file
   * @param {object} about
   * @param {string} about.name
   * @param {string} about.uploadsUrl where a piece of evidence takes files
   * @param {string} about.key the same for the same file sent again
   * @param {string} about.token the CSRF token of the session
   * @param {string | null} [about.address] where the file goes on, if its upload was begun before
   * @param {number} [about.turn] how often an upload of this key ran out and another was begun
   * @param {number} [about.pieceBytes]
   * @param {Ask} [about.ask]
   * @param {() => void} [about.moved] called whenever more of it has gone
   */
  constructor(file, { name, uploadsUrl, key, token, address = null, turn = 0, pieceBytes = FIRST_PIECE, ask = byFetch, moved }) {
    this.file = file;
    this.name = name;
    this.uploadsUrl = uploadsUrl;
    this.key = key;
    this.token = token;
    this.address = address;
    this.turn = turn;
    this.pieceBytes = pieceBytes;
    this.ask = ask;
    this.moved = moved ?? (() => {});
    // What the site has, and what has gone there.
    this.sent = 0;
    this.shown = 0;
    this.mustAsk = Boolean(address);
    /** @type {Receipt | null} */
    this.receipt = null;
  }

  // One request's worth of progress. The last one brings the receipt.
  async step() {
    if (!this.address) return this.#announce();
    if (this.mustAsk) return this.#askHowFar();
    if (this.sent < this.file.size) return this.#sendPiece();
    const receipt = JSON.parse((await this.#send("GET", this.address)).text);
    if (receipt.state !== "kept") throw new Fault({ status: 422, reason: "not-taken", message: receipt.message, isFinal: true });
    this.receipt = receipt;
    return undefined;
  }

  // Breaks off the request that is under way.
  stop() {
    this.#stopping.abort();
    this.#stopping = new AbortController();
  }

  // Breaks it off for good, and tells the site, even if the page is left at once.
  async cancel() {
    this.stop();
    // The site may have taken the announcement although its answer never came: the same again finds out.
    if (!this.address && this.#wasAnnounced) await this.#announce().catch(() => {});
    if (this.address && !this.receipt) await giveUp(this.address, this.token);
  }

  async #announce() {
    this.#wasAnnounced = true;
    const answer = await this.#send("POST", this.uploadsUrl, {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": `filename ${inBase64(new TextEncoder().encode(this.name))}`,
      "Idempotency-Key": this.turn ? `${this.key} ${this.turn}` : this.key,
    });
    this.address = new URL(answer.header("Location") ?? "", self.location.href).pathname;
    this.#goOnFrom(answer.header("Upload-Offset"));
  }

  async #askHowFar() {
    const address = /** @type {string} */ (this.address);
    try {
      this.#goOnFrom((await this.#send("HEAD", address)).header("Upload-Offset"));
      this.mustAsk = false;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (fault.status === 422) {
        // Why it was refused is in the receipt.
        const message = messageOf(await this.#send("GET", address));
        throw new Fault({ status: 422, reason: "not-taken", message, isFinal: true });
      }
      if (![404, 410].includes(fault.status)) throw fault;
      // It ran out: the file begins again, as another upload.
      this.address = null;
      this.turn += 1;
      this.sent = this.shown = 0;
      this.mustAsk = false;
    }
  }

  async #sendPiece() {
    const offset = this.sent;
    const piece = this.file.slice(offset, offset + this.pieceBytes);
    /** @type {Record<string, string>} */
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    if (self.crypto?.subtle) {
      const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
      headers["Upload-Checksum"] = `sha256 ${inBase64(new Uint8Array(digest))}`;
    }
    const began = performance.now();
    try {
      const answer = await this.#send("PATCH", /** @type {string} */ (this.address), headers, piece, offset);
      this.#goOnFrom(answer.header("Upload-Offset"));
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.offset === null || fault.offset === offset) throw fault;
      // It is further, or less far, than was thought here.
      this.mustAsk = false;
      return this.#goOnFrom(fault.offset);
    }
    const seconds = (performance.now() - began) / 1000;
    if (seconds < 3) this.pieceBytes = Math.min(this.pieceBytes * 2, LARGEST_PIECE);
    if (seconds > 10) this.#takeSmallerPieces();
    return undefined;
  }

  #takeSmallerPieces() {
    this.pieceBytes = Math.max(this.pieceBytes / 2, SMALLEST_PIECE);
  }

  /** @param {string | number | null} offset */
  #goOnFrom(offset) {
    this.sent = this.shown = Number(offset);
    this.moved();
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} [headers]
   * @param {Blob | null} [body]
   * @param {number} [offset]
   * @returns {Promise<Answer>}
   */
  async #send(method, url, headers = {}, body = null, offset = 0) {
    try {
      const answer = await this.ask({
        method,
        url,
        headers: { ...tusHeaders(this.token), ...headers },
        body,
        signal: this.#stopping.signal,
        progress: (sent) => {
          if (!body) return;
          this.shown = offset + sent;
          this.moved();
        },
      });
      if (answer.status < 200 || answer.status >= 300) throw Fault.of(answer, method);
      return answer;
    } catch (fault) {
      if (fault instanceof Fault && !fault.isFinal) {
        this.mustAsk = true;
        if (fault.isBadLine) this.#takeSmallerPieces();
      }
      throw fault;
    }
  }
}

/**
 * Tells the site that the rest of a file does not come. What it does not hear of runs out after a day.
 * @param {string} address
 * @param {string} token
 */
export async function giveUp(address, token) {
  await fetch(address, { method: "DELETE", headers: tusHeaders(token), keepalive: true }).catch(() => {});
}

/** @param {string} token */
function tusHeaders(token) {
  return { "Tus-Resumable": "1.0.0", "X-CSRFToken": token };
}

/** @param {Uint8Array} bytes */
function inBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
