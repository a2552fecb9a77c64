// @ts-check
// Keeps files that are on their way in the browser, so that a page that was reloaded or closed goes on without asking for
// them again. Larger ones are asked for again: a phone has little room. What has arrived, or is a day old, is forgotten.
const LARGEST_KEPT = 100 * 1024 * 1024;
const KEPT_MS = 24 * 60 * 60 * 1000;

/** @typedef {{ key: string, uploadsUrl: string, file: File, address: string | null, keptAt: number }} KeptUpload */

export const uploadKeeper = {
  /**
   * @param {string} key
   * @param {string} uploadsUrl
   * @param {File} file
   * @param {string | null} address where the file goes on, if its upload was not begun under this key
   */
  async keep(key, uploadsUrl, file, address = null) {
    if (file.size > LARGEST_KEPT) return;
    await inStore("readwrite", (store) => store.put({ key, uploadsUrl, file, address, keptAt: Date.now() }));
  },

  /** @param {string} uploadsUrl */
  async keptFor(uploadsUrl) {
    /** @type {KeptUpload[]} */
    const all = (await inStore("readonly", (store) => store.getAll())) || [];
    const isOld = (/** @type {KeptUpload} */ kept) => Date.now() - kept.keptAt > KEPT_MS;
    for (const kept of all.filter(isOld)) await uploadKeeper.forget(kept.key);
    return all.filter((kept) => kept.uploadsUrl === uploadsUrl && !isOld(kept));
  },

  /** @param {string} key */
  async forget(key) {
    await inStore("readwrite", (store) => store.delete(key));
  },
};

/**
 * Does one thing in the store. Where the browser has none to give (a private window), nothing is kept and all else works.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T | null>}
 */
function inStore(mode, act) {
  return new Promise((resolve) => {
    /** @type {IDBOpenDBRequest} */
    let opening;
    try {
      opening = indexedDB.open("craftmark-uploads", 1);
    } catch {
      resolve(null);
      return;
    }
    opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "key" });
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        const transaction = database.transaction("files", mode);
        const request = act(transaction.objectStore("files"));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = transaction.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
      database.close();
    };
  });
}
