import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { createKeys } from "../../src/redis/keys.ts";
import { RECEIVER } from "../../src/stats/buckets.ts";
import { createCounters } from "../../src/stats/counters.ts";
import { createStatistics } from "../../src/stats/statistics.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const keys = createKeys("{stats-test}");
let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const process = () =>
  createCounters({
    redis,
    keys,
    onError: (error) => {
      throw error;
    },
  });
const read = () => createStatistics({ redis, keys }).read("salesforce");

describe("statistics", () => {
  it("add up what several processes counted, per CRM", async () => {
    const [web, worker, other] = [process(), process(), process()];
    web.count(RECEIVER, "received", 3);
    web.count(RECEIVER, "quarantined");
    for (const counters of [worker, other]) {
      counters.count("salesforce", "applied");
      counters.count("salesforce", "superseded", 2);
      counters.lag("salesforce", 400);
      counters.count("hubspot", "applied", 100);
    }
    worker.lag("salesforce", 60_000);
    worker.waiting("salesforce", 7);
    await Promise.all([web, worker, other].map((counters) => counters.flush()));
    const { lastHour, lastDay, hour, day } = await read();
    expect(lastHour).toMatchObject({ received: 3, quarantined: 1, applied: 2, superseded: 4, failed: 0 });
    expect(lastHour.lag?.p50).toBeGreaterThan(350);
    expect(lastHour.lag?.p50).toBeLessThanOrEqual(500);
    expect(lastHour.lag?.p95).toBeGreaterThan(50_000);
    expect(lastDay).toEqual(lastHour);
    expect([hour.length, day.length]).toEqual([12, 24]);
    expect(hour.at(-1)).toMatchObject({ applied: 2, waiting: 7 });
    expect(day.at(-1)).toMatchObject({ applied: 2, waiting: 7 });
  });

  it("count calls by what they were for and how they were answered, and 429 by itself", async () => {
    const counters = process();
    const call = { object: "Contact", records: 1, durationMs: 20 };
    counters.call("salesforce", { ...call, operation: "upsert", status: 200 });
    counters.call("salesforce", { ...call, operation: "upsert", status: 200 });
    counters.call("salesforce", { ...call, operation: "find", status: 429 });
    counters.call("salesforce", { ...call, operation: "find", status: "timeout" });
    counters.call("salesforce", { ...call, operation: "find", status: 418 });
    await counters.flush();
    const { calls, callsToday, lastHour } = await read();
    expect(calls[0]).toEqual({ operation: "upsert", status: "200", count: 2 });
    expect(calls.map(({ status }) => status).toSorted()).toEqual(["200", "429", "4xx", "timeout"]);
    expect(callsToday).toBe(5);
    expect(lastHour).toMatchObject({ calls: 5, limited: 1 });
  });

  it("say how much of the day's calls is used, and until when the rest lasts at this pace", async () => {
    const counters = process();
    expect((await read()).daily).toBeUndefined();
    for (let i = 0; i < 500; i += 1) {
      counters.call("salesforce", { operation: "find", object: "Contact", records: 1, status: 200, durationMs: 1 });
    }
    counters.limit("salesforce", { window: "daily", limit: 10_000, remaining: 4_000 });
    counters.limit("salesforce", { window: "daily", limit: 10_000, remaining: 1_000 });
    await counters.flush();
    const { daily } = await read();
    expect(daily).toMatchObject({ limit: 10_000, remaining: 1_000, used: 9_000, perHour: 500 });
    const hours = (Date.parse(daily?.lastsUntil ?? "") - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(2, 1);
  });

  it("are gone in the end, all but the totals", async () => {
    const counters = process();
    counters.count("salesforce", "applied");
    counters.waiting("salesforce", 1);
    counters.limit("salesforce", { window: "burst", limit: 10, remaining: 1 });
    await counters.flush();
    const all = await redis.keys("*");
    expect(all).toHaveLength(4);
    for (const key of all.filter((one) => !one.endsWith("total"))) expect(await redis.ttl(key)).toBeGreaterThan(3_600);
  });
});
