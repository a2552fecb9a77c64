// @ts-check
// Words of a form that the server may not have yet, kept in this browser: one copy for each page that is open, by person
// and piece. What the server has is not kept here, and signing out takes everything off the device.
const PREFIX = "craftmark-draft:";
const KEPT_FOR_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The named values of a form.
 * @typedef {[name: string, value: string][]} Entries
 *
 * @typedef {object} Copy
 * @property {string} person
 * @property {string} piece what the words are about: a piece of evidence, or a submission that is reviewed
 * @property {string} apprenticeship
 * @property {boolean} isNew
 * @property {string} revision
 * @property {Entries} entries
 * @typedef {Copy & { key: string, at: number }} KeptCopy
 */

/** @returns {KeptCopy[]} */
function all() {
  const found = [];
  for (let at = 0; at < localStorage.length; at += 1) {
    const key = localStorage.key(at);
    if (!key?.startsWith(PREFIX)) continue;
    try {
      found.push({ key, ...JSON.parse(localStorage.getItem(key) ?? "") });
    } catch {
      // Something else wrote there: nothing to bring back.
    }
  }
  return found;
}

/**
 * @param {string} page
 * @param {Copy} copy
 */
export function keep(page, copy) {
  try {
    localStorage.setItem(`${PREFIX}${copy.person}:${copy.piece}:${page}`, JSON.stringify({ ...copy, at: Date.now() }));
  } catch {
    // The device is full or keeps nothing: the page still has the words.
  }
}

/**
 * @param {string} page
 * @param {{ person: string, piece: string }} whose
 */
export function forget(page, { person, piece }) {
  localStorage.removeItem(`${PREFIX}${person}:${piece}:${page}`);
}

/** @param {string} key */
export function drop(key) {
  localStorage.removeItem(key);
}

// Takes off the device whatever begins like a copy, whosever it is and whether it can be read or not.
export function dropAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) drop(key);
}

/**
 * The copies of a person that `fits` says belong here, the newest first; those that are very old go.
 * @param {string} person
 * @param {(copy: KeptCopy) => boolean} fits
 */
export function copiesOf(person, fits) {
  const copies = all().filter((copy) => copy.person === person);
  for (const old of copies.filter((copy) => Date.now() - copy.at > KEPT_FOR_MS)) drop(old.key);
  return copies.filter((copy) => Date.now() - copy.at <= KEPT_FOR_MS && fits(copy)).sort((one, other) => other.at - one.at);
}

export function everything() {
  return all();
}
