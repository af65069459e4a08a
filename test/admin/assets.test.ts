/** Style sheets and scripts, as a browser gets them. */
import { readFileSync } from "node:fs";
import { get, type IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import express from "express";
import { ASSETS, createAssets, publish } from "../../src/admin/assets/assets.ts";

const BODY = Buffer.from(".card { color: red }\n".repeat(500));
const path = publish("test.css", "text/css", BODY);

const server = express().use("/admin/assets", createAssets()).listen(0);
beforeAll(async () => {
  if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(() => void server.close());

/** Not `fetch`, which unpacks. */
function ask(encodings: string, asked = path): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = get({ port, path: asked, headers: { "accept-encoding": encodings } }, (response) => {
      buffer(response).then((body) => resolve({ headers: response.headers, body }), reject);
    });
    request.once("error", reject);
  });
}

describe("a style sheet", () => {
  it.each([
    { takes: "gzip, deflate, br", encoding: "br", unpack: brotliDecompressSync },
    { takes: "gzip, br;q=0", encoding: "gzip", unpack: gunzipSync },
  ])("is compressed for a browser that takes $takes, and kept by it for ever", async ({ takes, encoding, unpack }) => {
    const { headers, body } = await ask(takes);
    expect(headers).toMatchObject({ "content-encoding": encoding, vary: "Accept-Encoding" });
    expect(headers["cache-control"]).toMatch(/max-age=31536000, immutable/);
    expect(body.length).toBeLessThan(BODY.length / 10);
    expect(unpack(body)).toEqual(BODY);
  });

  it("is sent as it is to whoever takes nothing else", async () => {
    const { headers, body } = await ask("identity");
    expect(headers["content-encoding"]).toBeUndefined();
    expect(body).toEqual(BODY);
  });
});

it("Pico is served as the installed package has it: copy the file again when the package changes", async () => {
  const installed = createRequire(import.meta.url).resolve("@picocss/pico/css/pico.min.css");
  const { body } = await ask("identity", ASSETS.pico);
  expect(body.toString()).toBe(readFileSync(installed, "utf8"));
});
