/** A request's body as bytes: bounded while it arrives, and bounded again when it is unpacked. */
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

export type Upload =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  /** More than the limit; `bytes` is its beginning. */
  | { readonly kind: "too_large"; readonly bytes: Buffer }
  /** The sender hung up; there is nobody to answer. */
  | { readonly kind: "broken_off" };

/** What is kept of a body that is too large, as evidence. */
const BEGINNING_BYTES = 65_536;

/** Reads up to `limit` bytes; what comes beyond is discarded as it arrives, so that the sender can still be answered. */
export function readUpload(request: IncomingMessage, limit: number): Promise<Upload> {
  return new Promise((resolve) => {
    // Whoever hung up while the sign-in was looked at closes nothing any more.
    if (request.destroyed) return resolve({ kind: "broken_off" });
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (upload: Upload): void => {
      request.off("data", onData).off("end", onEnd).off("close", onClose).resume();
      resolve(upload);
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) finish({ kind: "too_large", bytes: Buffer.concat(chunks).subarray(0, BEGINNING_BYTES) });
    };
    const onEnd = (): void => finish({ kind: "whole", bytes: joined(chunks) });
    const onClose = (): void => finish({ kind: "broken_off" });
    // Without a listener an aborted upload would end the process; `close` follows and says what happened.
    request.on("error", () => {});
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

/** Most notifications arrive in one piece, which need not be copied. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

export type Unpacked =
  | { readonly kind: "plain"; readonly bytes: Buffer }
  | { readonly kind: "too_large" | "damaged" | "unknown_encoding" };

const UNPACKERS = new Map([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

/** Undoes a Content-Encoding; never makes more than `limit` bytes of it. */
export async function unpack(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Unpacked> {
  const names = (encoding ?? "").split(",").map((name) => name.trim().toLowerCase());
  const [name, ...more] = names.filter((one) => one !== "" && one !== "identity");
  if (name === undefined) return { kind: "plain", bytes };
  const unpacker = more.length === 0 ? UNPACKERS.get(name) : undefined;
  if (unpacker === undefined) return { kind: "unknown_encoding" };
  try {
    return { kind: "plain", bytes: await unpacker(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    return { kind: code === "ERR_BUFFER_TOO_LARGE" ? "too_large" : "damaged" };
  }
}
