/** Style sheets, scripts and pictures. Their names hold a digest of their contents, so that a browser may keep them. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Router } from "express";

interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
}

const FOREVER = "private, max-age=31536000, immutable";
const byPath = new Map<string, Asset>();
const PICO = createRequire(import.meta.url).resolve("@picocss/pico/css/pico.min.css");

/** Addresses of the assets, as pages name them. */
export const ASSETS = {
  pico: publish("pico.css", "text/css", readFileSync(PICO)),
  style: publish("style.css", "text/css", readFileSync(new URL("style.css", import.meta.url))),
  icon: publish("icon.svg", "image/svg+xml", readFileSync(new URL("icon.svg", import.meta.url))),
} as const;

/** @returns the address under which the asset is served from now on */
export function publish(name: string, contentType: string, body: Buffer): string {
  const [stem, extension] = name.split(".");
  const file = `${stem}.${hash("sha256", body, "hex").slice(0, 12)}.${extension}`;
  byPath.set(`/${file}`, { contentType, body });
  return `/admin/assets/${file}`;
}

/** To be mounted at `/admin/assets`. */
export function createAssets(): Router {
  const router = Router();
  router.get("/:file", (request, response, next) => {
    const asset = byPath.get(request.path);
    if (asset === undefined) return next();
    response.setHeader("Cache-Control", FOREVER);
    response.type(asset.contentType).send(asset.body);
  });
  return router;
}
