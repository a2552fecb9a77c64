// @ts-check
// Sends the pieces that wait on this device: the words first, then each file in parts that a cut connection goes on
// from. What was sent twice is there once: every piece and every change of it has an id that was made here.
// Used by pages and by the service worker; of several at once, one works.
import { Fault, TusUpload } from "../files/tus.js";
import { offlineStore } from "./store.js";

const MOST_FOLLOWED = 50;

/**
 * @typedef {import("./store.js").Piece} Piece
 * @typedef {import("./store.js").KeptFile} KeptFile
 * @typedef {import("../words.js").Reason} Reason
 * @typedef {{ person: string | null, token: string }} Session
 * @typedef {{ state: "idle" | "busy" | "done" | "signed-out" | "unreachable", sent: number }} Result
 */

// No answer worth the name: no network, no server, or one that is busy. Trying again later is all there is to do.
class Unreachable extends Error {}
// Nobody is signed in here any more.
class SignedOut extends Error {}
// The server read it and said no, with reasons for the person.
class Refused extends Error {
  /** @param {Reason[]} reasons */
  constructor(reasons) {
    super(reasons.map(({ message, reason }) => message || reason).join(" "));
    this.reasons = reasons;
  }
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 */
async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...options });
  } catch {
    throw new Unreachable();
  }
  if (answer.type === "opaqueredirect") throw new SignedOut();
  if (answer.status >= 500 || [408, 423, 429].includes(answer.status)) throw new Unreachable();
  return answer;
}

/** @param {Response} answer */
async function refusal(answer) {
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const told = isJson ? await answer.json() : { message: (await answer.text()).trim() };
  // It was cut short on its way there, so nothing of it was kept.
  if (told.state === "broken_off") return new Unreachable();
  const { message } = told;
  const isShown = message && message.length < 500 && !message.startsWith("<");
  return new Refused([{ reason: "not-taken", message: isShown ? message : "", status: answer.status }]);
}

/**
 * @param {Piece} piece
 * @param {Session} session
 */
async function sendWords(piece, session) {
  const answer = await ask(piece.captures_url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": session.token },
    body: JSON.stringify({
      evidence: piece.id,
      capture: piece.capture,
      follows: piece.follows.slice(-MOST_FOLLOWED),
      base: piece.base,
      title: piece.title,
      narrative: piece.narrative,
      happened_on: piece.happened_on,
      kind: piece.kind,
      claims: piece.claims,
      lines: piece.lines ?? [],
      has_files: piece.files.some((file) => !file.receipt),
      written_at: piece.changed_at,
    }),
  });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/**
 * Sends what is missing of a file, from where it got to, and returns the receipt.
 * @param {Piece} piece
 * @param {KeptFile} file
 * @param {Session} session
 * @param {(news: Partial<KeptFile>) => Promise<void>} remember
 */
async function sendFile(piece, file, session, remember) {
  const blob = await offlineStore.blob(file.id);
  if (!blob) throw new Refused([{ reason: "gone", name: file.name, status: 410 }]);
  const upload = new TusUpload(blob, {
    name: file.name,
    uploadsUrl: /** @type {import("./store.js").Accepted} */ (piece.accepted).uploads_url,
    key: file.id,
    token: session.token,
    address: file.upload,
    turn: file.turn,
    pieceBytes: file.piece_bytes,
    moved: () => offlineStore.changed({ piece: piece.id, sent: upload.sent / blob.size }),
  });
  try {
    while (!upload.receipt) {
      await upload.step();
      if (upload.address !== file.upload) await remember({ upload: upload.address, turn: upload.turn });
    }
    return upload.receipt;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    if (fault.reason === "signed-out") throw new SignedOut();
    if (fault.isFinal) throw new Refused([{ reason: fault.reason, message: fault.message, name: file.name, status: fault.status }]);
    await remember({ piece_bytes: upload.pieceBytes });
    throw new Unreachable();
  }
}

/**
 * @param {Piece} piece
 * @param {Session} session
 */
async function sendFiles(piece, session) {
  const refused = [];
  for (const file of piece.files.filter((one) => !one.receipt)) {
    /** @param {Partial<KeptFile>} news */
    const remember = (news) =>
      offlineStore.changePiece(piece.id, (standing) => {
        const kept = standing.files.find((one) => one.id === file.id);
        if (!kept) return false;
        Object.assign(kept, news);
        Object.assign(file, news);
        return true;
      });
    try {
      const receipt = await sendFile(piece, file, session, remember);
      await remember({ receipt, refusal: null });
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      await remember({ upload: null, turn: (file.turn ?? 0) + 1, refusal: fault.reasons[0] });
      refused.push(...fault.reasons);
    }
  }
  return refused;
}

/**
 * Sends one piece. Returns whether all of it has arrived.
 * @param {Piece} piece
 * @param {Session} session
 * @returns {Promise<boolean>}
 */
async function sendPiece(piece, session, hasBeenRenewed = false) {
  if (piece.accepted?.capture !== piece.capture) {
    const answer = await sendWords(piece, session);
    piece.accepted = { ...answer, capture: piece.capture };
    await offlineStore.changePiece(piece.id, (standing) => {
      standing.accepted = piece.accepted;
      return true;
    });
  }
  const refused = await sendFiles(piece, session);
  const isClosed = refused.some(({ status }) => status === 409 || status === 404);
  if (isClosed && !hasBeenRenewed) {
    // It was submitted between its words and its files. As a new capture, the rest becomes a draft of its own.
    await offlineStore.changePiece(piece.id, (standing) => {
      renew(standing);
      return true;
    });
    const again = await offlineStore.piece(piece.id);
    return again ? sendPiece(again, session, true) : false;
  }
  if (refused.length) throw new Refused(refused);
  await offlineStore.exchange(piece, receiptOf(piece));
  return true;
}

/** @param {Piece} piece */
function receiptOf(piece) {
  const { evidence, url, said, remarks, received_at } = /** @type {import("./store.js").Accepted} */ (piece.accepted);
  const files = piece.files.map(({ name, size, receipt }) => ({
    name: receipt?.name ?? name,
    size: receipt?.size_bytes ?? size,
    sha256: receipt?.sha256 ?? "",
  }));
  const id = piece.capture;
  return { id, person: piece.person, title: piece.title, evidence, url, said, remarks, received_at, files };
}

/**
 * Gives a piece that changes an id of its own for what it says now.
 * @param {Piece} piece
 */
function renew(piece) {
  piece.follows.push(piece.capture);
  piece.capture = crypto.randomUUID();
}

/** @returns {Promise<Result>} */
async function sendAll() {
  const person = await offlineStore.current();
  const waiting = person ? (await offlineStore.pieces(person.id)).filter(({ state }) => state === "waiting") : [];
  if (!waiting.length) return { state: "idle", sent: 0 };
  let sent = 0;
  try {
    const answer = await ask("/offline/session.json");
    if (!answer.ok) throw new Unreachable();
    const session = await answer.json();
    for (const piece of waiting.filter((one) => one.person === session.person)) {
      try {
        offlineStore.changed({ piece: piece.id, sent: 0 });
        if (await sendPiece(piece, session)) sent += 1;
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        await offlineStore.changePiece(piece.id, (standing) => {
          if (standing.capture !== piece.capture) return false;
          Object.assign(standing, { state: "refused", reasons: fault.reasons });
          return true;
        });
      }
    }
  } catch (fault) {
    if (fault instanceof SignedOut) return { state: "signed-out", sent };
    if (fault instanceof Unreachable) return { state: "unreachable", sent };
    throw fault;
  }
  return { state: "done", sent };
}

/**
 * Who is signed in here, and the token for what they send; null if nobody is, or the site cannot be reached.
 * @returns {Promise<Session | null>}
 */
async function whoIsHere() {
  try {
    const answer = await ask("/offline/session.json");
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Whether the site answers at all. Asks nothing of the session, so it does not keep one alive.
async function isReachable() {
  try {
    return (await fetch("/health/live", { credentials: "omit", cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

export const offlineSender = {
  renew,
  session: whoIsHere,
  isReachable,
  /** @returns {Promise<Result>} */
  async sendAll() {
    if (!navigator.locks) return sendAll();
    return navigator.locks.request("craftmark-sending", { ifAvailable: true }, (lock) =>
      lock ? sendAll() : /** @type {Result} */ ({ state: "busy", sent: 0 }),
    );
  },
};
