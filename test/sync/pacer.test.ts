import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { RateLimitedError } from "../../connectors/errors.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createPacer, type PacerOptions } from "../../src/sync/pacer.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const keys = createKeys("{pacer-test}");
let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const makePacer = (limits: PacerOptions["limits"], dailyReserve = 0) =>
  createPacer({ redis, keys, crm: "hubspot", limits, dailyReserve, onError: () => {} });

/** Most requests admitted within any window of this length. */
function densest(times: readonly number[], windowMs: number): number {
  return Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + windowMs).length));
}

describe("the pacer [W5]", () => {
  it("keeps several workers together under the limit of the rolling window", async () => {
    const limits = { burst: { limit: 10, windowMs: 400 } };
    const workers = [makePacer(limits), makePacer(limits), makePacer(limits)];
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 35 }, async (_, index) => {
        await workers[index % 3]?.acquire("standard");
        times.push(Date.now());
      }),
    );
    expect(times).toHaveLength(35);
    expect(densest(times, 400)).toBeLessThanOrEqual(10);
  });

  it("takes the limit from the CRM's own answer", async () => {
    const pacer = makePacer({ burst: { limit: 1, windowMs: 60_000 } });
    pacer.observe({ window: "burst", limit: 190, remaining: 180 });
    const all = Promise.all(Array.from({ length: 20 }, () => pacer.acquire("standard")));
    await expect(all).resolves.toHaveLength(20);
  });

  it("is silent for a moment when somebody else has used the window up", async () => {
    const pacer = makePacer({ burst: { limit: 100, windowMs: 500 } });
    pacer.observe({ window: "burst", limit: 100, remaining: 1 });
    const before = Date.now();
    await pacer.acquire("standard");
    expect(Date.now() - before).toBeGreaterThan(500);
  });

  it("lets no more requests be under way at once than the CRM likes, over all workers", async () => {
    const workers = [makePacer({ concurrent: 3 }), makePacer({ concurrent: 3 })];
    let underWay = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const release = await workers[index % 2]?.acquire("standard");
        most = Math.max(most, ++underWay);
        await sleep(20);
        underWay -= 1;
        release?.();
      }),
    );
    expect(most).toBe(3);
  });

  it("keeps every worker silent as long as the CRM asked one of them to", async () => {
    const [asked, other] = [makePacer({}), makePacer({})];
    const before = Date.now();
    await asked.holdOff(new Date(before + 400));
    await asked.holdOff(new Date(before + 100));
    await other.acquire("standard");
    expect(Date.now() - before).toBeGreaterThanOrEqual(395);
  });

  it("counts searches apart", async () => {
    const pacer = makePacer({ burst: { limit: 100, windowMs: 300 }, search: { limit: 2, windowMs: 300 } });
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await pacer.acquire("search");
        times.push(Date.now());
      }),
    );
    expect(densest(times, 300)).toBeLessThanOrEqual(2);
  });

  it("leaves the reserve of the daily allocation to the customer's other integrations", async () => {
    const pacer = makePacer({}, 1_000);
    pacer.observe({ window: "daily", limit: 100_000, remaining: 1_001 });
    await expect(pacer.acquire("standard")).resolves.toBeDefined();
    pacer.observe({ window: "daily", limit: 100_000, remaining: 1_000 });
    const refusal = await pacer.acquire("standard").catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RateLimitedError);
    expect(refusal).toMatchObject({ scope: "daily" });
  });

  it("goes by what the CRM told another process of the day since", async () => {
    const [worker, command] = [makePacer({}, 1_000), makePacer({}, 1_000)];
    worker.observe({ window: "daily", limit: 100_000, remaining: 900 });
    command.observe({ window: "daily", limit: 100_000, remaining: 50_000 });
    await expect(worker.acquire("standard")).resolves.toBeDefined();
    command.observe({ window: "daily", limit: 100_000, remaining: 800 });
    worker.observe({ window: "daily", limit: 100_000, remaining: 800 });
    await expect(worker.acquire("standard")).rejects.toMatchObject({ code: "DAILY_RESERVE" });
  });
});
