/** A sorted set read on from where somebody was: each member once, and at no more cost where very many have one score. */
import { beforeEach, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { type Place, readOn } from "../../src/redis/in-order.ts";
import { useRedis } from "../support/use-redis.ts";

const KEY = "{in-order-test}";
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };
const client = useRedis();
let redis: Redis;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
});

async function walk(limit: number, between = ALL, meanwhile?: (page: Place[]) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (let after: Place | undefined; ; ) {
    const page = await readOn(redis, KEY, { after, ...between, limit });
    found.push(...page.map(({ id }) => id));
    after = page.at(-1);
    if (after === undefined) return found;
    await meanwhile?.(page);
  }
}

async function fill(count: number, scoreOf: (n: number) => number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => String(100_000 + n));
  await redis.zadd(KEY, ...ids.flatMap((id, n) => [scoreOf(n), id]));
  return ids;
}

async function asked(): Promise<number> {
  return Number(/total_commands_processed:(\d+)/.exec(await redis.info("stats"))?.[1]);
}

it("reads very many that end at one moment with one question a page", async () => {
  const ids = await fill(20_000, () => 7);
  await readOn(redis, KEY, { after: undefined, ...ALL, limit: 1 });
  const before = await asked();
  expect(await walk(200)).toEqual(ids);
  expect((await asked()) - before).toBeLessThan(100 * 12);
});

it("reads on although the last one that was read is gone, or has moved", async () => {
  const ids = await fill(50, (n) => Math.floor(n / 20));
  expect(await walk(7, ALL, (page) => redis.zrem(KEY, ...page.map(({ id }) => id)))).toEqual(ids);
  await fill(50, (n) => Math.floor(n / 20));
  const later = (page: Place[]) => redis.zadd(KEY, 9, page.at(-1)?.id ?? "");
  expect((await walk(60, { from: 0, to: 8 }, later)).toSorted()).toEqual(ids);
});

it("reads only what lies between two scores, both of them included", async () => {
  const ids = await fill(50, (n) => Math.floor(n / 10));
  expect(await walk(3, { from: 1, to: 3 })).toEqual(ids.slice(10, 40));
  expect(await walk(3, { from: 8, to: 9 })).toEqual([]);
});
