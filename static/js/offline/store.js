// What this device keeps for days without a network, in IndexedDB: who was here last, their progress as it was last
// known, pieces that wait to be sent, their files, and receipts. Used by pages and by the service worker.
//
// Everything belongs to a person's id. The person who signed in last is the only one whose things are shown; whoever
// comes after them finds nothing of theirs, and what they had not sent waits, unseen, until they sign in again.
const NAME = "craftmark";
const STORES = { meta: "key", people: "id", pieces: "id", blobs: "id", receipts: "id" };
const told = "BroadcastChannel" in self ? new BroadcastChannel("craftmark-offline") : null;
let opened = null;

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

// One transaction over all stores. `work` gets them by name and may answer a request, whose result is then the answer.
async function transact(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(Object.keys(STORES), mode);
    const stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, transaction.objectStore(name)]));
    const answer = work(stores);
    transaction.oncomplete = () => resolve(answer?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const read = (work) => transact("readonly", work);

async function write(work) {
  const answer = await transact("readwrite", work);
  changed();
  return answer;
}

// Tells this page and all others of the site that something is different now.
function changed(detail = {}) {
  told?.postMessage(detail);
  if (self.document) document.dispatchEvent(new CustomEvent("offline:changed", { detail }));
}

function clearPages() {
  for (const key of Object.keys(self.localStorage ?? {})) if (key.startsWith("craftmark-draft:")) localStorage.removeItem(key);
  return new Promise((done) => {
    const going = indexedDB.deleteDatabase("craftmark-uploads");
    going.onsuccess = going.onerror = going.onblocked = () => done();
  });
}

function deleteWhere(store, condition) {
  store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    if (condition(cursor.value)) cursor.delete();
    cursor.continue();
  };
}

const of = (person) => (row) => row.person === person;
const firstMade = (a, b) => a.made_at.localeCompare(b.made_at);

export const offlineStore = {
  changed,

  onChange(listener) {
    told?.addEventListener("message", ({ data }) => listener(data));
    self.document?.addEventListener("offline:changed", ({ detail }) => listener(detail));
  },

  // Whose things are shown on this device now; null if nobody's.
  async current() {
    const kept = await read((stores) => stores.meta.get("current"));
    return kept ? read((stores) => stores.people.get(kept.person)) : null;
  },

  // Somebody is signed in. What is known of others goes, apart from what they have not sent.
  async arrive(person) {
    const before = await read((stores) => stores.meta.get("current"));
    if (before?.person === person) return;
    await write((stores) => {
      stores.meta.put({ key: "current", person });
      deleteWhere(stores.people, ({ id }) => id !== person);
      deleteWhere(stores.receipts, (receipt) => receipt.person !== person);
      stores.people.get(person).onsuccess = ({ target: { result } }) => {
        if (!result) stores.people.put({ id: person });
      };
    });
  },

  person: (id) => read((stores) => stores.people.get(id)),
  keepPerson: (person) => write((stores) => stores.people.put(person)),

  async pieces(person) {
    return (await read((stores) => stores.pieces.getAll())).filter(of(person)).sort(firstMade);
  },

  // How many pieces wait here, whoever they belong to: for the sign-in page, which says no more than that.
  async waitingCount() {
    return (await read((stores) => stores.pieces.getAll())).filter(({ state }) => state !== "writing").length;
  },

  piece: (id) => read((stores) => stores.pieces.get(id)),
  blob: async (id) => (await read((stores) => stores.blobs.get(id)))?.blob,

  // Keeps what a piece says now, with new files (`{id, blob}` of each); those it no longer names go. What is known of
  // its sending stays as it stands. A piece that was sent meanwhile keeps only the files that are new.
  savePiece(piece, added = []) {
    return write((stores) => {
      for (const { id, blob } of added) stores.blobs.put({ id, piece: piece.id, person: piece.person, blob });
      stores.pieces.get(piece.id).onsuccess = ({ target: { result: standing } }) => {
        const known = standing?.files ?? [];
        const isHere = ({ id }) => known.some((one) => one.id === id) || added.some((one) => one.id === id);
        const files = piece.files.filter(isHere).map((file) => ({ ...file, ...known.find((one) => one.id === file.id) }));
        stores.pieces.put({ ...piece, files, accepted: standing?.accepted ?? null });
        const named = new Set(files.map(({ id }) => id));
        deleteWhere(stores.blobs, (row) => row.piece === piece.id && !named.has(row.id));
      };
    });
  },

  // Changes a piece as it stands at this moment, so that of two who change it at once neither undoes the other.
  changePiece(id, change) {
    return write((stores) => {
      stores.pieces.get(id).onsuccess = ({ target: { result: piece } }) => {
        if (piece && change(piece) !== false) stores.pieces.put(piece);
      };
    });
  },

  removePiece(id) {
    return write((stores) => {
      stores.pieces.delete(id);
      deleteWhere(stores.blobs, (row) => row.piece === id);
    });
  },

  // The piece has arrived as it stands here: a receipt takes its place. Not if it was changed since it was read.
  async exchange(piece, receipt) {
    await write((stores) => {
      stores.pieces.get(piece.id).onsuccess = ({ target: { result: standing } }) => {
        if (standing?.capture !== piece.capture || standing.state === "writing") return;
        stores.pieces.delete(piece.id);
        deleteWhere(stores.blobs, (row) => row.piece === piece.id);
        stores.receipts.put(receipt);
      };
    });
  },

  async receipts(person) {
    const kept = (await read((stores) => stores.receipts.getAll())).filter(of(person));
    return kept.sort((a, b) => b.received_at.localeCompare(a.received_at));
  },
  removeReceipt: (id) => write((stores) => stores.receipts.delete(id)),

  // Takes everything of a person off this device, with the pages that were kept for when there is no network, and with
  // what pages with a network keep beside it: unsaved words (device_copy.js) and files on their way (upload_keeper.js).
  async clear(person) {
    await clearPages();
    await write((stores) => {
      stores.meta.delete("current");
      stores.people.clear();
      for (const name of ["pieces", "blobs", "receipts"]) deleteWhere(stores[name], of(person));
    });
    if (self.caches) {
      for (const name of await caches.keys()) if (name.startsWith("craftmark-")) await caches.delete(name);
    }
  },

  // Whether somebody else's unsent pieces are here, which a sign-out must leave alone.
  async hasOthersPieces(person) {
    return (await read((stores) => stores.pieces.getAll())).some((piece) => piece.person !== person);
  },
};
