/** What is packed is small, and what was packed by any version can be read. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { expect, it } from "@jest/globals";
import { compress, decompress } from "../../src/redis/compress.ts";
import { sample } from "../support/payloads.ts";

const PURCHASE = JSON.stringify(sample("purchase-created"));

it.each([
  ["a purchase", PURCHASE],
  ["nothing", ""],
  ["a word", "Zoë"],
  ["much", "x".repeat(100_000)],
])("%s is read as it was packed", (_what, text) => {
  expect(decompress(compress(text))).toBe(text);
});

it("a purchase takes less than a sixth of its length", () => {
  expect(compress(PURCHASE).length).toBeLessThan(PURCHASE.length / 6);
});

it("what earlier versions packed is read", () => {
  expect(decompress(deflateRawSync(PURCHASE, { level: 1, memLevel: 6, windowBits: 14 }))).toBe(PURCHASE);
  expect(decompress(deflateRawSync(""))).toBe("");
});

it("the dictionary is the one that what is kept was packed with: another one takes a mark and a file of its own", () => {
  const dictionary = readFileSync(new URL("../../src/redis/dictionary-1.txt", import.meta.url));
  expect(createHash("sha256").update(dictionary).digest("hex")).toBe(
    "91712abd21440317b7c46932d66f9ef89fffd81fee0574ab17bf534f77e6d245",
  );
});
