// @ts-check
// What this device keeps for days without a network, in IndexedDB: who was here last, their progress as it was last
// known, pieces that wait to be sent, their files, and receipts. Used by pages and by the service worker.
//
// Everything belongs to a person's id. The person who signed in last is the only one whose things are shown; whoever
// comes after them finds nothing of theirs, and what they had not sent waits, unseen, until they sign in again.

/**
 * @typedef {import("../words.js").Reason} Reason
 * @typedef {import("../files/tus.js").Receipt} FileReceipt
 * @typedef {{ ksb: string, code: string, why: string }} KeptClaim
 * @typedef {{ title: string, narrative: string, happened_on: string | null, kind: string, claims: KeptClaim[], lines?: KeptClaim[] }} PieceWords
 *
 * A file of a piece. What is known of its sending comes with time.
 * @typedef {object} KeptFile
 * @property {string} id
 * @property {string} name
 * @property {number} size
 * @property {string | null} [upload] where it goes on
 * @property {number} [turn]
 * @property {number} [piece_bytes]
 * @property {FileReceipt} [receipt]
 * @property {Reason | null} [refusal]
 *
 * What the site said when it took the words.
 * @typedef {object} Accepted
 * @property {string} capture
 * @property {string} uploads_url
 * @property {string} evidence
 * @property {string} url
 * @property {string} said
 * @property {string[]} remarks
 * @property {string} received_at
 *
 * @typedef {object} PieceFacts
 * @property {string} id
 * @property {string} capture
 * @property {string[]} follows
 * @property {PieceWords | null} base
 * @property {string} person
 * @property {string} apprenticeship
 * @property {string} captures_url
 * @property {KeptFile[]} files
 * @property {"writing" | "waiting" | "refused"} state
 * @property {string} made_at
 * @property {string} [changed_at]
 * @property {Reason[]} [reasons]
 * @property {Accepted | null} [accepted]
 * @typedef {PieceFacts & PieceWords} Piece
 *
 * @typedef {object} PieceReceipt
 * @property {string} id
 * @property {string} person
 * @property {string} title
 * @property {string} url
 * @property {string} said
 * @property {string[]} remarks
 * @property {string} received_at
 * @property {{ name: string, size: number, sha256: string }[]} files
 *
 * What /offline/data.json says (pages/offline/data.py).
 * @typedef {{ id: string, type: string, code: string, statement: string, state: string, duties: number[] }} Ksb
 * @typedef {PieceWords & { id: string, label: string }} Draft
 * @typedef {object} Apprenticeship
 * @property {string} id
 * @property {string} standard
 * @property {string} captures_url
 * @property {boolean} can_add
 * @property {boolean} wants_line
 * @property {number} most_claims
 * @property {number} signed_off_count
 * @property {number} actual_percent
 * @property {number} expected_percent
 * @property {Ksb[]} ksbs
 * @property {{ number: number, text: string }[]} duties
 * @property {Draft[]} drafts
 * @typedef {object} Snapshot
 * @property {{ id: string, name: string }} person
 * @property {{ file_bytes: number, files: number }} limits
 * @property {{ type: string, label: string }[]} types
 * @property {{ state: string, label: string }[]} states
 * @property {Apprenticeship[]} apprenticeships
 *
 * @typedef {{ id: string, snapshot?: Snapshot, etag?: string | null, asked_at?: number, known_at?: string }} Person
 * @typedef {{ piece?: string, sent?: number }} News
 * @typedef {Record<"meta" | "people" | "pieces" | "blobs" | "receipts", IDBObjectStore>} Stores
 */

const NAME = "craftmark";
const STORES = { meta: "key", people: "id", pieces: "id", blobs: "id", receipts: "id" };
const told = "BroadcastChannel" in self ? new BroadcastChannel("craftmark-offline") : null;
/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => (opened = null));
  return opened;
}

async function close() {
  const database = await opened;
  opened = null;
  database?.close();
}

/**
 * One transaction over all stores. `work` gets them by name and may return a request, whose result is then the answer.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(stores: Stores) => IDBRequest<T> | undefined | void} work
 * @returns {Promise<T>}
 */
async function transact(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(Object.keys(STORES), mode);
    const stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, transaction.objectStore(name)]));
    const answer = work(/** @type {Stores} */ (stores));
    transaction.oncomplete = () => resolve(/** @type {T} */ (answer?.result));
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/**
 * @template T
 * @param {(stores: Stores) => IDBRequest<T>} work
 */
const read = (work) => transact("readonly", work);

/** @param {(stores: Stores) => void} work */
async function write(work) {
  await transact("readwrite", (stores) => {
    work(stores);
  });
  changed();
}

/**
 * Tells this page and all others of the site that something is different now.
 * @param {News} news
 */
function changed(news = {}) {
  told?.postMessage(news);
  if (self.document) document.dispatchEvent(new CustomEvent("offline:changed", { detail: news }));
}

/** @returns {Promise<void>} */
function clearPages() {
  for (const key of Object.keys(self.localStorage ?? {})) if (key.startsWith("craftmark-draft:")) localStorage.removeItem(key);
  return new Promise((resolve) => {
    const going = indexedDB.deleteDatabase("craftmark-uploads");
    going.onsuccess = going.onerror = going.onblocked = () => resolve();
  });
}

/**
 * @param {IDBObjectStore} store
 * @param {(row: any) => boolean} condition its rows are of many shapes
 */
function deleteWhere(store, condition) {
  const walk = store.openCursor();
  walk.onsuccess = () => {
    const cursor = walk.result;
    if (!cursor) return;
    if (condition(cursor.value)) cursor.delete();
    cursor.continue();
  };
}

/**
 * Reads a row and goes on with it in the same transaction.
 * @template T
 * @param {IDBObjectStore} store
 * @param {string} id
 * @param {(row: T | undefined) => void} goOn
 */
function withRow(store, id, goOn) {
  const request = store.get(id);
  request.onsuccess = () => goOn(request.result);
}

/**
 * @template {{ person: string }} T
 * @param {IDBObjectStore} store
 * @returns {IDBRequest<T[]>}
 */
const allOf = (store) => store.getAll();

/** @param {string} person */
const of = (person) => (/** @type {{ person: string }} */ row) => row.person === person;

/** @returns {Promise<Piece[]>} */
const allPieces = () => read((stores) => allOf(stores.pieces));

export const offlineStore = {
  changed,

  /** @param {(news: News) => void} listener */
  onChange(listener) {
    told?.addEventListener("message", ({ data }) => listener(data));
    self.document?.addEventListener("offline:changed", ({ detail }) => listener(detail));
  },

  /**
   * Whose things are shown on this device now; null if nobody's.
   * @returns {Promise<Person | null>}
   */
  async current() {
    const kept = await read((stores) => stores.meta.get("current"));
    return kept ? ((await offlineStore.person(kept.person)) ?? null) : null;
  },

  /**
   * Somebody is signed in. What is known of others goes, apart from what they have not sent.
   * @param {string} person
   */
  async arrive(person) {
    const before = await read((stores) => stores.meta.get("current"));
    if (before?.person === person) return;
    await write((stores) => {
      stores.meta.put({ key: "current", person });
      deleteWhere(stores.people, ({ id }) => id !== person);
      deleteWhere(stores.receipts, (receipt) => receipt.person !== person);
      withRow(stores.people, person, (known) => {
        if (!known) stores.people.put({ id: person });
      });
    });
  },

  /**
   * @param {string} id
   * @returns {Promise<Person | undefined>}
   */
  person: (id) => read((stores) => stores.people.get(id)),
  /** @param {Person} person */
  keepPerson: (person) => write((stores) => stores.people.put(person)),

  /** @param {string} person */
  async pieces(person) {
    return (await allPieces()).filter(of(person)).sort((one, other) => one.made_at.localeCompare(other.made_at));
  },

  // How many pieces wait here, whoever they belong to: for the sign-in page, which says no more than that.
  async waitingCount() {
    return (await allPieces()).filter(({ state }) => state !== "writing").length;
  },

  /**
   * @param {string} id
   * @returns {Promise<Piece | undefined>}
   */
  piece: (id) => read((stores) => stores.pieces.get(id)),
  /**
   * @param {string} id
   * @returns {Promise<Blob | undefined>}
   */
  blob: async (id) => (await read((stores) => stores.blobs.get(id)))?.blob,

  /**
   * Keeps what a piece says now, with new files; those it no longer names go. What is known of its sending stays as it
   * stands. A piece that was sent meanwhile keeps only the files that are new.
   * @param {Piece} piece
   * @param {{ id: string, blob: Blob }[]} added
   */
  savePiece(piece, added = []) {
    return write((stores) => {
      for (const { id, blob } of added) stores.blobs.put({ id, piece: piece.id, person: piece.person, blob });
      withRow(stores.pieces, piece.id, (/** @type {Piece | undefined} */ standing) => {
        const known = standing?.files ?? [];
        const files = piece.files
          .filter(({ id }) => known.some((one) => one.id === id) || added.some((one) => one.id === id))
          .map((file) => ({ ...file, ...known.find((one) => one.id === file.id) }));
        stores.pieces.put({ ...piece, files, accepted: standing?.accepted ?? null });
        const named = new Set(files.map(({ id }) => id));
        deleteWhere(stores.blobs, (row) => row.piece === piece.id && !named.has(row.id));
      });
    });
  },

  /**
   * Changes a piece as it stands at this moment, so that of two who change it at once neither undoes the other.
   * @param {string} id
   * @param {(piece: Piece) => boolean} change returns whether it is to be kept
   */
  changePiece(id, change) {
    return write((stores) => {
      withRow(stores.pieces, id, (/** @type {Piece | undefined} */ piece) => {
        if (piece && change(piece)) stores.pieces.put(piece);
      });
    });
  },

  /** @param {string} id */
  removePiece(id) {
    return write((stores) => {
      stores.pieces.delete(id);
      deleteWhere(stores.blobs, (row) => row.piece === id);
    });
  },

  /**
   * The piece has arrived as it stands here: a receipt takes its place. Not if it was changed since it was read.
   * @param {Piece} piece
   * @param {PieceReceipt} receipt
   */
  async exchange(piece, receipt) {
    await write((stores) => {
      withRow(stores.pieces, piece.id, (/** @type {Piece | undefined} */ standing) => {
        if (standing?.capture !== piece.capture || standing.state === "writing") return;
        stores.pieces.delete(piece.id);
        deleteWhere(stores.blobs, (row) => row.piece === piece.id);
        stores.receipts.put(receipt);
      });
    });
  },

  /** @param {string} person */
  async receipts(person) {
    /** @type {PieceReceipt[]} */
    const all = await read((stores) => allOf(stores.receipts));
    return all.filter(of(person)).sort((one, other) => other.received_at.localeCompare(one.received_at));
  },
  /** @param {string} id */
  removeReceipt: (id) => write((stores) => stores.receipts.delete(id)),

  /**
   * Takes everything of a person off this device, with the pages that were kept for when there is no network, and with
   * what pages with a network keep beside it: unsaved words (device_copy.js) and files on their way (upload_keeper.js).
   * @param {string} person
   */
  async clear(person) {
    await clearPages();
    await write((stores) => {
      stores.meta.delete("current");
      stores.people.clear();
      for (const store of [stores.pieces, stores.blobs, stores.receipts]) deleteWhere(store, of(person));
    });
    if (self.caches) {
      for (const name of await caches.keys()) if (name.startsWith("craftmark-")) await caches.delete(name);
    }
  },

  /**
   * Whether somebody else's unsent pieces are here, which a sign-out must leave alone.
   * @param {string} person
   */
  async hasOthersPieces(person) {
    return (await allPieces()).some((piece) => piece.person !== person);
  },
};
