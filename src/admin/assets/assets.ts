/**
 * Style sheets, scripts and pictures. Their names hold a digest of their contents, so that a browser may keep them. They go out
 * compressed; pages do not: what somebody wrote stands beside a form's token there (docs/security.md).
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { type Request, Router } from "express";

type Encoding = "br" | "gzip";

interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
  /** Made when a browser first asks, so that a process starts no later for it; once. */
  readonly compressed: Map<Encoding, Promise<Buffer>>;
}

/** The better one first, whatever order a browser names them in. */
const COMPRESS: readonly (readonly [Encoding, (body: Buffer) => Promise<Buffer>])[] = [
  ["br", promisify(brotliCompress)],
  ["gzip", promisify(gzip)],
];

const FOREVER = "private, max-age=31536000, immutable";
const byPath = new Map<string, Asset>();

/** Addresses of the assets, as pages name them. Pico is a copy: 20 MB of package for one file are not deployed. */
export const ASSETS = {
  pico: publish("pico.css", "text/css", readFileSync(new URL("pico.min.css", import.meta.url))),
  style: publish("style.css", "text/css", readFileSync(new URL("style.css", import.meta.url))),
  icon: publish("icon.svg", "image/svg+xml", readFileSync(new URL("icon.svg", import.meta.url))),
} as const;

/** @returns the address under which the asset is served from now on */
export function publish(name: string, contentType: string, body: Buffer): string {
  const [stem, extension] = name.split(".");
  const file = `${stem}.${hash("sha256", body, "hex").slice(0, 12)}.${extension}`;
  byPath.set(`/${file}`, { contentType, body, compressed: new Map() });
  return `/admin/assets/${file}`;
}

/** To be mounted at `/admin/assets`. */
export function createAssets(): Router {
  const router = Router();
  router.get("/:file", async (request, response, next) => {
    const asset = byPath.get(request.path);
    if (asset === undefined) return next();
    response.setHeader("Cache-Control", FOREVER);
    response.vary("Accept-Encoding").type(asset.contentType);
    const found = await compressedFor(request, asset);
    if (found !== undefined) response.setHeader("Content-Encoding", found.encoding);
    response.send(found?.body ?? asset.body);
  });
  return router;
}

async function compressedFor(
  request: Request,
  { body, compressed }: Asset,
): Promise<{ readonly encoding: Encoding; readonly body: Buffer } | undefined> {
  const way = COMPRESS.find(([encoding]) => request.acceptsEncodings(encoding) !== false);
  if (way === undefined) return undefined;
  const [encoding, compress] = way;
  const made = compressed.get(encoding) ?? compress(body);
  compressed.set(encoding, made);
  return { encoding, body: await made };
}
