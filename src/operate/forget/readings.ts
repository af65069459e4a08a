/** What bytes that nobody could read may say, in every packing and notation that the receiver, or who wrote them, may have used. */
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/** Packed, packed again, and what was packed. */
const MAX_PACKINGS = 3;
const MAX_UNPACKED = 64 * 1_048_576;

/** Only the beginning of what was too large is kept: whatever can be unpacked of it counts. */
const BEGUN = { maxOutputLength: MAX_UNPACKED, finishFlush: constants.Z_SYNC_FLUSH };
const BEGUN_BROTLI = { maxOutputLength: MAX_UNPACKED, finishFlush: constants.BROTLI_OPERATION_FLUSH };

const UNPACKERS: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => gunzipSync(bytes, BEGUN),
  (bytes) => inflateSync(bytes, BEGUN),
  (bytes) => inflateRawSync(bytes, BEGUN),
  (bytes) => brotliDecompressSync(bytes, BEGUN_BROTLI),
];

/** Undone one after the other, and all of them again: an address may be written in several at once. */
const NOTATIONS = [withoutEscapes, withoutPercents, withoutEntities];
const MAX_ROUNDS = 3;

/** Every text that the bytes may be. */
export function* readings(body: Buffer): Generator<string> {
  for (const bytes of unpackings(body, MAX_PACKINGS)) {
    for (const text of decodings(bytes)) yield* notations(text);
  }
}

/** The text, and what it says where it is JSON, a form or HTML. */
export function* notations(text: string): Generator<string> {
  yield text;
  // A form has no blanks; it writes them so.
  let before = text.includes("=") && !/\s/.test(text) ? text.replaceAll("+", " ") : text;
  if (before !== text) yield before;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const plain = NOTATIONS.reduce((known, undo) => undo(known), before);
    if (plain === before) return;
    yield plain;
    before = plain;
  }
}

/** Whether anything of it can be read, packed or not. */
export function isReadable(body: Buffer): boolean {
  return unpackings(body, MAX_PACKINGS).some((bytes) => decodings(bytes).some(isText));
}

function* unpackings(bytes: Buffer, left: number): Generator<Buffer> {
  yield bytes;
  if (left === 0) return;
  for (const unpack of UNPACKERS) {
    const unpacked = tried(unpack, bytes);
    if (unpacked !== undefined && unpacked.length > 0) yield* unpackings(unpacked, left - 1);
  }
}

function tried(unpack: (bytes: Buffer) => Buffer, bytes: Buffer): Buffer | undefined {
  try {
    return unpack(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-16 is looked for whether or not anything says so. */
function decodings(bytes: Buffer): string[] {
  const bytewise = ["utf-8", "windows-1252"].map((name) => new TextDecoder(name).decode(bytes));
  const pairwise = ["utf-16le", "utf-16be"].map((name) => new TextDecoder(name).decode(bytes));
  return [...bytewise, ...pairwise];
}

const SAMPLE = 4_096;

/** Latin letters, blanks and signs for the most part; what is packed, or a picture, is not. */
function isText(decoded: string): boolean {
  const sample = decoded.slice(0, SAMPLE);
  const plain = sample.match(/[\t\n\r\x20-\x7e]/g)?.length ?? 0;
  return plain >= sample.length * 0.8;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: " ", f: " " };

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, hex: string | undefined, sign: string) =>
    hex === undefined ? (ESCAPED[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function withoutPercents(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (all) => Buffer.from(all.replaceAll("%", ""), "hex").toString("utf8"));
}

const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: "&", quot: '"', apos: "'", lt: "<", gt: ">", nbsp: " " },
  ...{ commat: "@", period: ".", lowbar: "_", hyphen: "-", plus: "+", percnt: "%" },
};

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));?/gi,
    (all, ...[decimal, hex, name]: string[]) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : all;
    },
  );
}
