/**
 * How long a comparison takes is nothing that a test could measure. What it can see is that secrets are compared by the function
 * that takes as long for one as for another, all of them, and as texts of one length [E1].
 */
import * as crypto from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import express from "express";
import { ADMIN, BOOKINGBUG, basic } from "../support/environment.ts";

/** Lengths of what was compared. */
const compared: (readonly [number, number])[] = [];

// Watched, and done as ever.
jest.unstable_mockModule("node:crypto", () => ({
  ...crypto,
  timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
    compared.push([one.byteLength, other.byteLength]);
    return crypto.timingSafeEqual(one, other);
  },
}));
const { basicAuth } = await import("../../src/http/basic-auth.ts");
const { createFormTokens } = await import("../../src/admin/access/form-token.ts");

beforeEach(() => void compared.splice(0));

describe("a name and password", () => {
  const server = createServer(
    express().use(basicAuth("test", [BOOKINGBUG, ADMIN]), (_request, response) => void response.send("in")),
  );
  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => void server.close());

  it.each([
    ["the first pair", BOOKINGBUG, 200],
    ["the second pair", ADMIN, 200],
    ["a short guess", { username: "a", password: "b" }, 401],
    ["a guess that begins as the right one does", { ...ADMIN, password: `${ADMIN.password}!` }, 401],
    ["a long guess", { username: "a".repeat(1_000), password: "b".repeat(1_000) }, 401],
  ])("of %s are compared with every pair, as digests", async (_what, pair, status) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect((await fetch(url, { headers: { authorization: basic(pair) } })).status).toBe(status);
    expect(compared).toEqual([
      [32, 32],
      [32, 32],
    ]);
  });
});

describe("a form's token", () => {
  const tokens = createFormTokens(ADMIN);

  it.each([
    ["its own", (token: string) => token, true],
    ["one letter changed", (token: string) => token.replace(/.$/, (last) => (last === "A" ? "B" : "A")), false],
  ])("is compared whole: %s", (_what, change, isValid) => {
    expect(tokens.isValid(change(tokens.issue(0)), 0)).toBe(isValid);
    expect(compared).toEqual([[43, 43]]);
  });
});
