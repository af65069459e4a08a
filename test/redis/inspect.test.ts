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

it("says that it must not ask a hosted Redis, instead of taking that for snapshots", async () => {
  await redis().config("SET", "appendonly", "no");
  await redis().call("ACL", "SETUSER", "hosted", "on", ">secret", "~*", "+@all", "-config");
  const hosted = redis().duplicate({ username: "hosted", password: "secret" });
  expect(await inspectRedis(hosted)).toEqual([
    { severity: "note", message: expect.stringContaining("see that the plan keeps its data") },
  ]);
  hosted.disconnect();
});
