// Sends the pieces that wait on this device: the words first, then each file in parts that a cut connection goes on
// from. What was sent twice is there once: every piece and every change of it has an id that was made here.
// Used by pages and by the service worker; of several at once, one works.
import { offlineStore } from "./store.js";

const PART_BYTES = 4 * 1024 * 1024;
const MOST_FOLLOWED = 50;

// No answer worth the name: no network, no server, or one that is busy. Trying again later is all there is to do.
class Unreachable extends Error {}
// Nobody is signed in here any more.
class SignedOut extends Error {}
// The server read it and said no, with a reason for the person.
class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

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

async function refusal(answer) {
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const told = isJson ? await answer.json() : { message: (await answer.text()).trim() };
  // It was cut short on its way there, so nothing of it was kept.
  if (told.state === "broken_off") return new Unreachable();
  const { message } = told;
  const isShown = message && message.length < 500 && !message.startsWith("<");
  return new Refused(isShown ? message : `The site did not take this (${answer.status}).`, answer.status);
}

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
      claims: piece.claims,
      has_files: piece.files.some((file) => !file.receipt),
      written_at: piece.changed_at,
    }),
  });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

const inBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// The resumable upload protocol (tus 1.0): asks how far it got, sends the rest, and answers the receipt.
async function sendFile(piece, file, session, remember) {
  const blob = await offlineStore.blob(file.id);
  if (!blob) throw new Refused(`${file.name} is no longer on this device. Add it again.`, 410);
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": session.token };
  let offset = null;
  if (file.upload) {
    const answer = await ask(file.upload, { method: "HEAD", headers });
    if (answer.ok) offset = Number(answer.headers.get("Upload-Offset"));
    // It ran out there: another one begins, under another key.
    else await remember({ upload: null, turn: (file.turn ?? 0) + 1 });
  }
  if (offset === null) {
    const answer = await ask(piece.accepted.uploads_url, {
      method: "POST",
      headers: {
        ...headers,
        "Upload-Length": blob.size,
        "Upload-Metadata": `filename ${inBase64(file.name)}`,
        "Idempotency-Key": `${file.id} ${file.turn ?? 0}`,
      },
    });
    if (!answer.ok) throw await refusal(answer);
    offset = Number(answer.headers.get("Upload-Offset"));
    await remember({ upload: new URL(answer.headers.get("Location"), self.location.href).pathname });
  }
  while (offset < blob.size) {
    offlineStore.changed({ piece: piece.id, sent: offset / blob.size });
    const answer = await ask(file.upload, {
      method: "PATCH",
      headers: { ...headers, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" },
      body: blob.slice(offset, offset + PART_BYTES),
    });
    const place = answer.headers.get("Upload-Offset");
    // Refused because it is further, or less far, than was thought here: go on from where it is.
    if (!answer.ok && place === null) throw await refusal(answer);
    offset = Number(place);
  }
  const answer = await ask(file.upload, { headers });
  const receipt = answer.ok ? await answer.json() : {};
  if (receipt.state !== "kept") throw new Refused(receipt.message ?? `${file.name} could not be kept.`, 422);
  return receipt;
}

async function sendFiles(piece, session) {
  const refused = [];
  for (const file of piece.files.filter((one) => !one.receipt)) {
    const remember = (news) =>
      offlineStore.changePiece(piece.id, (standing) => {
        const kept = standing.files.find((one) => one.id === file.id);
        if (!kept) return false;
        Object.assign(kept, news);
        Object.assign(file, news);
      });
    try {
      const receipt = await sendFile(piece, file, session, remember);
      await remember({ receipt, refusal: null });
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      await remember({ upload: null, turn: (file.turn ?? 0) + 1, refusal: fault.message });
      refused.push({ name: file.name, fault });
    }
  }
  return refused;
}

// Sends one piece. Answers whether all of it has arrived.
async function sendPiece(piece, session) {
  if (piece.accepted?.capture !== piece.capture) {
    const answer = await sendWords(piece, session);
    piece.accepted = { ...answer, capture: piece.capture };
    await offlineStore.changePiece(piece.id, (standing) => {
      standing.accepted = piece.accepted;
    });
  }
  const refused = await sendFiles(piece, session);
  const isClosed = refused.some(({ fault }) => fault.status === 409 || fault.status === 404);
  if (isClosed && !piece.hasBeenRenewed) {
    // It was submitted between its words and its files. As a new capture, the rest becomes a draft of its own.
    await offlineStore.changePiece(piece.id, (standing) => renew(standing));
    const again = await offlineStore.piece(piece.id);
    return sendPiece({ ...again, hasBeenRenewed: true }, session);
  }
  if (refused.length) throw new Refused(refused.map(({ fault }) => fault.message).join(" "));
  await offlineStore.exchange(piece, receiptOf(piece));
  return true;
}

function receiptOf(piece) {
  const { evidence, url, said, remarks, received_at } = piece.accepted;
  const files = piece.files.map(({ name, size, receipt }) => ({
    name: receipt?.name ?? name,
    size: receipt?.size_bytes ?? size,
    sha256: receipt?.sha256 ?? "",
  }));
  const id = piece.capture;
  return { id, person: piece.person, title: piece.title, evidence, url, said, remarks, received_at, files };
}

// Gives a piece that changes an id of its own for what it says now.
function renew(piece) {
  piece.follows.push(piece.capture);
  piece.capture = crypto.randomUUID();
}

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
          Object.assign(standing, { state: "refused", message: fault.message });
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

// Who is signed in here, and the token for what they send; null if nobody is, or the site cannot be reached.
async function session() {
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
  session,
  isReachable,
  sendAll() {
    if (!navigator.locks) return sendAll();
    return navigator.locks.request("craftmark-sending", { ifAvailable: true }, (lock) =>
      lock ? sendAll() : { state: "busy", sent: 0 },
    );
  },
};
