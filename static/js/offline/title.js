// @ts-check
// A title for what was captured without a network, as the site suggests one (portfolios/titles.py): the first words that were
// written, the name of the first file, or what kind of file it is and today's date.
import { words } from "../words.js";

const LONGEST = 60;
// Names that cameras, phones and scanners give, which say nothing.
const NAMED_BY_A_DEVICE = new RegExp(
  "^(?:(?:img|dscn?|pxl|photo|image|pic|screenshot|whatsapp|vid|video|mov|movie|recording|audio|voice|scan|unknown)?[^a-z]*" +
    "|(?:img|dsc|pxl|photo|image|screenshot|whatsapp|vid|video|recording|voice)\\b.*\\d.*)$",
  "i",
);
/** @type {[what: string, endings: RegExp][]} */
const KINDS = [
  ["voice", /\.(?:mp3|m4a|wav|ogg|oga|opus|aac)$/i],
  ["photo", /\.(?:jpe?g|png|gif|webp|heic|heif)$/i],
  ["video", /\.(?:mp4|mov|webm|m4v)$/i],
];

/**
 * @param {HTMLElement} app the page, which has the words
 * @param {string} narrative
 * @param {{ name: string }[]} files
 */
export function titleFrom(app, narrative, files) {
  const written = firstWords(narrative);
  if (written || !files.length) return written;
  const [{ name }] = files;
  const bare = name.replace(/\.\w{1,5}$/, "");
  if (!NAMED_BY_A_DEVICE.test(bare)) return firstWords(bare.replace(/[_-]/g, " "));
  const isVoice = name.startsWith(words(app, "title-voice", { day: "" }).replace(/[, ]+$/, ""));
  const kind = isVoice ? "voice" : (KINDS.find(([, endings]) => endings.test(name))?.[0] ?? "document");
  const day = new Date().toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" });
  return words(app, `title-${kind}`, { day });
}

/** @param {string} text */
function firstWords(text) {
  const plain = text.trim().replace(/^[#>\-*\s]+|[*_`]/g, "");
  let [first] = plain.split(/(?<=[.!?])\s|\n/, 1);
  first = first.trim().replace(/\.+$/, "");
  if (first.length > LONGEST) first = first.slice(0, LONGEST + 1).replace(/\s+\S*$/, "").slice(0, LONGEST);
  return first.slice(0, 1).toUpperCase() + first.slice(1);
}
