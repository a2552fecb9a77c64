// @ts-check
// How much a file takes, in words: 512 bytes, 84 KB, 1.2 MB.
/** @param {number} bytes */
export function readableSize(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toLocaleString(document.documentElement.lang, { maximumFractionDigits: unit > 1 ? 1 : 0 })} ${units[unit]}`;
}
