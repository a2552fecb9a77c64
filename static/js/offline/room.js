// @ts-check
// How much more this device keeps for the site. Browsers estimate it, so a little is left over.
const PART_TO_USE = 0.9;

/** @returns {Promise<number>} bytes; Infinity where the browser does not say */
export async function roomBytes() {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined ? Infinity : Math.floor(Math.max(0, quota - (usage ?? 0)) * PART_TO_USE);
}
