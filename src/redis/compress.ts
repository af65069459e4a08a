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

/** Tables and buffers no larger than a purchase of 7 kB needs, which shrinks to a seventh; higher levels save little and take long. */
const PACKING = { level: 3, memLevel: 6, windowBits: 14, chunkSize: 4_096, dictionary: DICTIONARY };
const UNPACKING = { chunkSize: 8_192, dictionary: DICTIONARY };

export function compress(text: string): Buffer {
  const packed = deflateRawSync(text, PACKING);
  return Buffer.concat([MARK, packed]);
}

export function decompress(packed: Buffer): string {
  const isMarked = packed[0] === MARK[0];
  const text = isMarked ? inflateRawSync(packed.subarray(1), UNPACKING) : inflateRawSync(packed);
  return text.toString("utf8");
}
