/** What cannot be read: kept as it came, for a while, and never all of it in memory at once. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { createQuarantine, type Quarantine, type QuarantinedDelivery } from "../../src/inbox/quarantine.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { useRedis } from "../support/use-redis.ts";
import { largestAnswer } from "./largest-answer.ts";
import { clockOf } from "./numbers.ts";

const keys = createKeys("{quarantine-test}");
const client = useRedis();
let redis: Redis;
let quarantine: Quarantine;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
  quarantine = createQuarantine({ redis, keys, retentionDays: 30 });
});

const START = Date.now();
function delivery(deliveryId: string, changes: Partial<QuarantinedDelivery> = {}): QuarantinedDelivery {
  return {
    deliveryId,
    route: "updates",
    receivedAt: new Date().toISOString(),
    reason: "not_json",
    problems: [],
    contentType: undefined,
    body: Buffer.from("x"),
    ...changes,
  };
}

/** One after the other in time. */
async function fill(into: Quarantine, count: number, bytes: number): Promise<number[]> {
  const dropped: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const receivedAt = new Date(START + n).toISOString();
    dropped.push(await into.put(delivery(`d${n}`, { receivedAt, body: Buffer.alloc(bytes, "x") })));
  }
  return dropped;
}

async function idsOf(deliveries: AsyncIterable<QuarantinedDelivery>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { deliveryId } of deliveries) ids.push(deliveryId);
  return ids;
}

describe("the quarantine", () => {
  it("puts a delivery that cannot be read into quarantine with its reasons and its bytes [A6]", async () => {
    const body = Buffer.from([0xff, 0x00, 0x41]);
    const problems = [{ path: "", message: "not JSON" }];
    await quarantine.put(delivery("q1", { body, problems, contentType: "text/plain", contentEncoding: "br" }));
    const entry = JSON.parse((await redis.hget(keys.quarantine, "q1")) ?? "{}");
    expect(Buffer.from(entry.body, "base64")).toEqual(body);
    expect(entry.problems).toEqual(problems);
    expect(await redis.hget(keys.received, "quarantined")).toBe("1");
    expect(await quarantine.find("q1")).toMatchObject({ body, contentType: "text/plain", contentEncoding: "br" });
  });

  it("gives a place no lower than before where Redis has forgotten how far it had counted [O1]", async () => {
    const before = await clockOf(redis);
    await quarantine.put(delivery("next"));
    expect((await quarantine.find("next"))?.order).toBeGreaterThanOrEqual(before);
  });

  it("drops what has been in quarantine for longer than the retention [R3]", async () => {
    await quarantine.put(delivery("old", { receivedAt: new Date(Date.now() - 31 * 86_400_000).toISOString() }));
    await quarantine.put(delivery("new"));
    expect(await redis.hkeys(keys.quarantine)).toEqual(["new"]);
  });

  it("drops it also where nothing new comes, and counts what is left [R3]", async () => {
    await quarantine.put(delivery("older"));
    await quarantine.put(delivery("younger"));
    const bytes = Number(await redis.get(keys.quarantineBytes));
    await redis.zadd(keys.quarantineByTime, Date.now() - 31 * 86_400_000, "older");
    await quarantine.age();
    expect(await redis.hkeys(keys.quarantine)).toEqual(["younger"]);
    expect(Number(await redis.get(keys.quarantineBytes))).toBeLessThan(bytes);
    await redis.zadd(keys.quarantineByTime, Date.now() - 31 * 86_400_000, "younger");
    await quarantine.age();
    expect(await redis.exists(keys.quarantine, keys.quarantineByTime, keys.quarantineBytes)).toBe(0);
  });

  it("never has more than its length in quarantine, and drops the oldest [R3]", async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `${index}`);
    const now = Date.now();
    await redis.zadd(keys.quarantineByTime, ...ids.flatMap((id, index) => [now - 10_000 + index, id]));
    await redis.hset(keys.quarantine, ...ids.flatMap((id) => [id, "{}"]));
    expect(await quarantine.put(delivery("new"))).toBe(1);
    expect(await redis.hlen(keys.quarantine)).toBe(10_000);
    expect(await redis.hmget(keys.quarantine, "0", "1")).toEqual([null, "{}"]);
  });

  it("never takes more than its bytes, says how many of the oldest went for it, and counts them [R3]", async () => {
    const small = createQuarantine({ redis, keys, retentionDays: 30, maxBytes: 50_000 });
    expect(await fill(small, 5, 15_000)).toEqual([0, 0, 1, 1, 1]);
    expect(await idsOf(small.walk())).toEqual(["d3", "d4"]);
    expect(await redis.hget(keys.received, "quarantine_dropped")).toBe("3");
    await small.release("d3");
    expect(await small.put(delivery("after", { body: Buffer.alloc(15_000) }))).toBe(0);
  });

  it("knows what it takes although an earlier version filled it [R3]", async () => {
    await fill(quarantine, 3, 15_000);
    await redis.del(keys.quarantineBytes);
    const small = createQuarantine({ redis, keys, retentionDays: 30, maxBytes: 50_000 });
    expect(await small.put(delivery("new", { receivedAt: new Date(START + 10).toISOString() }))).toBe(1);
  });

  it("keeps what is read again and still cannot be read in place of what it was, and drops nothing for it [A6]", async () => {
    const full = createQuarantine({ redis, keys, retentionDays: 30, maxBytes: 50_000 });
    await fill(full, 2, 15_000);
    const again = delivery("again", { body: Buffer.alloc(15_000), receivedAt: new Date(START + 10).toISOString() });
    expect(await full.put(again, "d1")).toBe(0);
    expect(await idsOf(full.walk())).toEqual(["d0", "again"]);
  });

  it("keeps a delivery once that is put again because the answer was lost", async () => {
    await quarantine.put(delivery("q1"));
    await quarantine.put(delivery("q1"));
    expect(await redis.hget(keys.received, "quarantined")).toBe("1");
  });
});

describe("reading the quarantine", () => {
  it("asks Redis for a few megabytes at a time, however much there is [S1]", async () => {
    await fill(quarantine, 30, 400_000);
    const largest = largestAnswer(redis);
    const ids = await idsOf(quarantine.walk());
    expect(ids).toEqual(Array.from({ length: 30 }, (_, n) => `d${n}`));
    const heads = await quarantine.page({ offset: 5, limit: 20 });
    expect(heads.map(({ deliveryId }) => deliveryId)).toEqual(Array.from({ length: 20 }, (_, n) => `d${24 - n}`));
    expect(heads[0]).toMatchObject({ bytes: 400_000 });
    expect(largest.bytes()).toBeLessThan(4.5 * 1_048_576);
  });

  it("asks for no more than a hundred at a time, small as they are [S1]", async () => {
    await fill(quarantine, 250, 10);
    const largest = largestAnswer(redis);
    for await (const { deliveryId } of quarantine.walk()) if (deliveryId === "d0") break;
    expect(largest.entries("eval")).toBeLessThanOrEqual(100);
  });

  it("goes on although an entry alone is more than a page, or is gone", async () => {
    const narrow = createQuarantine({ redis, keys, retentionDays: 30, pageBytes: 1_000 });
    await fill(narrow, 4, 2_000);
    const seen: string[] = [];
    for await (const { deliveryId } of narrow.walk()) {
      seen.push(deliveryId);
      await narrow.release("d2");
    }
    expect(seen).toEqual(["d0", "d1", "d3"]);
  });

  it("ends although what is read comes in again", async () => {
    await fill(quarantine, 3, 10);
    for await (const one of quarantine.walk()) {
      await quarantine.put(delivery(`${one.deliveryId} again`), one.deliveryId);
    }
    expect((await idsOf(quarantine.walk())).sort()).toEqual(["d0 again", "d1 again", "d2 again"]);
  });
});
