import { expect, it } from "@jest/globals";
import { inspectRedis } from "../../src/redis/inspect.ts";
import { useRedis } from "../support/use-redis.ts";

const redis = useRedis();

it("finds a Redis that evicts, or keeps nothing on disk, and nothing in a sound one", async () => {
  await redis().config("SET", "maxmemory-policy", "allkeys-lru");
  expect(await inspectRedis(redis())).toEqual([
    { severity: "grave", message: expect.stringContaining("allkeys-lru") },
    { severity: "grave", message: expect.stringContaining("nothing on disk") },
  ]);
  await redis().config("SET", "maxmemory-policy", "noeviction");
  await redis().config("SET", "save", "60 1");
  expect(await inspectRedis(redis())).toEqual([
    { severity: "note", message: expect.stringContaining("snapshots only") },
  ]);
  await redis().config("SET", "appendonly", "yes");
  expect(await inspectRedis(redis())).toEqual([]);
});
