/** A few bytes stay a few: in the answer, in the log, in Redis. */
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { listOf } from "../../src/booking/few-issues.ts";
import { readJson } from "../../src/receiver/body.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Edge, post, quarantine, startEdge } from "./edge.ts";

const MOST_BYTES = 64_000;

let server: TestRedis;
let edge: Edge;
beforeAll(async () => {
  server = await startTestRedis();
  edge = await startEdge(server.url);
});
beforeEach(() => edge.redis.flushall());
afterAll(async () => {
  await edge.close();
  await server.stop();
});

const list = (item: string, times: number): string => `[${Array.from({ length: times }, () => item).join(",")}]`;
const longestLine = (): number =>
  Math.max(
    ...edge
      .logged()
      .split("\n")
      .map((line) => line.length),
  );

describe("a few packed bytes that unpack to very many faults", () => {
  it.each([
    ["a list of bookings that are none", `{"_embedded":{"bookings":${list("0", 49_900)}}}`, "and 49,880 more"],
    [
      "bookings of a purchase that are none",
      `{"id":1,"_embedded":{"bookings":${list("0", 49_900)}}}`,
      "and 49,880 more",
    ],
    ["bookings that say nothing", `{"_embedded":{"bookings":${list("{}", 49_900)}}}`, "and 49,890 more"],
    ["courses", `{"id":1,"_embedded":{"course_bookings":${list('{"bookings":[0,0,0]}', 9_000)}}}`, "and 8,994 more"],
  ])("%s stay few in the answer, the log and Redis, and are counted [S7]", async (_what, text, more) => {
    const packed = brotliCompressSync(text);
    expect(packed.length).toBeLessThan(100);
    const response = await post(edge, "/notifications/bookings", new Uint8Array(packed), { "Content-Encoding": "br" });
    expect(response.status).toBe(422);
    const answer = await response.text();
    expect(answer.length).toBeLessThan(MOST_BYTES);
    expect(longestLine()).toBeLessThan(MOST_BYTES);
    const [entry = ""] = await edge.redis.hvals(edge.keys.quarantine);
    expect(entry.length).toBeLessThan(MOST_BYTES);
    const { errors } = JSON.parse(answer);
    expect(errors).toHaveLength(21);
    expect(errors[0].path).toMatch(/^_embedded\.(course_)?bookings\[0]/);
    expect(errors.at(-1)).toEqual({ path: "", message: more });
    const [kept] = await quarantine(edge);
    expect(kept).toMatchObject({ problems: errors, contentEncoding: "br" });
    expect(kept?.bytes).toEqual(packed);
  });

  it("are not all looked at [S7]", () => {
    let looked = 0;
    const never = z.unknown().refine(() => {
      looked += 1;
      return false;
    });
    expect(listOf(never).safeParse(Array.from({ length: 50_000 })).error?.issues).toHaveLength(21);
    expect(looked).toBe(20);
  });
});

it("of a list of very many bookings all are stored, and the first hundred named in the answer and the log [S7]", async () => {
  const bookings = Array.from({ length: 300 }, (_, n) => `{"id":${n},"datetime":"2036-01-05T10:00Z"}`);
  const response = await post(edge, "/notifications/bookings", `{"_embedded":{"bookings":[${bookings.join(",")}]}}`);
  expect(response.status).toBe(202);
  const hundred = Array.from({ length: 100 }, (_, n) => `${n}`);
  const purchaseIds = hundred.map((id) => `booking-${id}`);
  expect(await response.json()).toMatchObject({ bookings: hundred, purchaseIds });
  expect(JSON.parse(edge.logged().split("\n").at(-1) ?? "")).toMatchObject({
    purchaseIds,
    purchases: 300,
    bookings: 300,
  });
  expect(await edge.redis.zcard(edge.keys.recent)).toBe(300);
});

describe("a megabyte that is too deep or too wide is not parsed at all [S1]", () => {
  it.each([
    ["nested deeper than 100 levels", "[".repeat(1_000_000)],
    ["nested deeper than 100 levels", `{"a,[[":"\\"[[",${'"b":{'.repeat(200_000)}`],
    ["more than 50000 values", `[${"1,".repeat(500_000)}1]`],
  ])("%s", (message, text) => {
    const { parse } = JSON;
    let parsed = 0;
    JSON.parse = (...given) => {
      parsed += 1;
      return parse(...given);
    };
    const read = readJson(Buffer.from(text));
    JSON.parse = parse;
    expect([read, parsed]).toEqual([{ kind: "beyond_bounds", message }, 0]);
  });

  it("while brackets and commas in texts are none", () => {
    const text = `{"a":"${'[{,\\"'.repeat(60_000)}"}`;
    expect(readJson(Buffer.from(text))).toEqual({ kind: "json", value: { a: '[{,"'.repeat(60_000) } });
  });
});
