/** How what is kept for long is packed. */
import { readFileSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * What purchases, ledgers and timelines have in common, nobody's values in it: what is packed says where it is in here. What
 * was packed with it cannot be read with another one, so that it never changes; a better one comes beside it, under a mark of
 * its own.
 */
const DICTIONARY = readFileSync(new URL("dictionary-1.txt", import.meta.url));

/** No deflated text begins like this, as those do that earlier versions packed without a dictionary. */
const MARK = Buffer.from([0x07]);

/** A 7 kB purchase shrinks to a seventh. Tables no larger than such a text needs; higher levels save little and take long. */
export function compress(text: string): Buffer {
  const packed = deflateRawSync(text, { level: 3, memLevel: 6, windowBits: 14, dictionary: DICTIONARY });
  return Buffer.concat([MARK, packed]);
}

export function decompress(packed: Buffer): string {
  const isMarked = packed[0] === MARK[0];
  const text = isMarked ? inflateRawSync(packed.subarray(1), { dictionary: DICTIONARY }) : inflateRawSync(packed);
  return text.toString("utf8");
}
