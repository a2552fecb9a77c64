// @ts-check
// One file of the form on its way, patiently: after whatever cut it off it goes on by itself, where the server says that it
// got to. Knows nothing of the page: `changed` is called with it.
import { byXhr, Fault, TusUpload } from "../files/tus.js";

const DELAYS_SECONDS = [0.5, 1, 2, 4, 8, 15, 30];
const TRIES_AT_A_BROKEN_SERVER = 6;

/**
 * interrupted goes on by itself; failed needs somebody to act.
 * @typedef {"waiting" | "sending" | "interrupted" | "failed" | "refused" | "kept" | "cancelled"} State
 */

export class ResumableUpload {
  /** @type {State} */
  state = "waiting";
  /** @type {import("../words.js").Reason | null} */
  why = null;
  #wake = () => {};

  /**
   * @param {File} file
   * @param {{ uploadsUrl: string, key: string, token: string, address: string | null, changed: () => void }} about
   */
  constructor(file, { changed, ...about }) {
    this.changed = changed;
    this.tus = new TusUpload(file, { ...about, name: file.name, ask: byXhr, moved: () => this.#set("sending") });
  }

  get isOver() {
    return ["refused", "kept", "cancelled"].includes(this.state);
  }

  get address() {
    return this.tus.address;
  }

  // How many bytes have gone.
  get shown() {
    return this.tus.shown;
  }

  // Puts it back among those that wait, after somebody did what was missing.
  wait() {
    this.state = "waiting";
    this.tus.mustAsk = Boolean(this.tus.address);
  }

  // Runs until the file is kept, refused or cancelled, or cannot go on without the person.
  async run() {
    let failures = 0;
    let broken = 0;
    this.#set("sending");
    while (this.#isUnderWay()) {
      const before = this.tus.sent;
      try {
        await this.tus.step();
        failures = broken = 0;
        if (this.tus.receipt) this.#set("kept");
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        // Cancelled while it was under way.
        if (!this.#isUnderWay()) return;
        if (this.tus.sent > before) failures = 0;
        const { reason, message, status } = fault;
        if (status >= 500 && status !== 503) broken += 1;
        if (fault.isFinal || broken >= TRIES_AT_A_BROKEN_SERVER) {
          this.#set(fault.isRefusal ? "refused" : "failed", fault.isFinal ? { reason, message } : { reason: "broken" });
          return;
        }
        if (!fault.isBusy) this.#set("interrupted", { reason: "away" });
        await this.#pause(DELAYS_SECONDS[Math.min(failures, DELAYS_SECONDS.length - 1)]);
        failures += 1;
      }
    }
  }

  async cancel() {
    this.#set("cancelled");
    this.#wake();
    await this.tus.cancel();
  }

  #isUnderWay() {
    return this.state === "sending" || this.state === "interrupted";
  }

  // Waits, and less long if the network comes back.
  /** @param {number} seconds */
  #pause(seconds) {
    return new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      const wake = () => {
        clearTimeout(timer);
        window.removeEventListener("online", wake);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      window.addEventListener("online", wake);
      this.#wake = wake;
    });
  }

  /**
   * @param {State} state
   * @param {import("../words.js").Reason | null} why
   */
  #set(state, why = null) {
    if (this.state === "cancelled") return;
    this.state = state;
    this.why = why;
    this.changed();
  }
}
