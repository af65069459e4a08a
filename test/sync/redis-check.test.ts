import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { redisWarnings } from "../../src/sync/redis-check.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

it("warns about a Redis that evicts, or keeps nothing on disk, and not about a sound one", async () => {
  await redis.config("SET", "maxmemory-policy", "allkeys-lru");
  expect(await redisWarnings(redis)).toEqual([
    expect.stringContaining("allkeys-lru"),
    expect.stringContaining("nothing on disk"),
  ]);
  await redis.config("SET", "maxmemory-policy", "noeviction");
  await redis.config("SET", "save", "60 1");
  expect(await redisWarnings(redis)).toEqual([expect.stringContaining("snapshots only")]);
  await redis.config("SET", "appendonly", "yes");
  expect(await redisWarnings(redis)).toEqual([]);
});
