import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks, LockTimeoutError } from "../../src/redis/locks.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{lock-test}");
const redis = useRedis();

/** As another worker process would make it. */
const makeLocks = (options: { ttlMs?: number; waitMs?: number } = {}) =>
  createLocks({ redis: redis(), keys, ttlMs: options.ttlMs ?? 30_000, waitMs: options.waitMs ?? 30_000 });

describe("locks", () => {
  it("let one piece of work at a time run, within a process and across processes [O5]", async () => {
    const processes = [makeLocks(), makeLocks(), makeLocks()];
    let inside = 0;
    let most = 0;
    const jobs = Array.from({ length: 30 }, (_, index) =>
      processes[index % 3]?.withLocks(["ana@example.com", "client 7"], async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(1);
        inside -= 1;
      }),
    );
    await Promise.all(jobs);
    expect(most).toBe(1);
  });

  it("do not deadlock when two holders want the same locks in opposite order", async () => {
    const [one, two] = [makeLocks(), makeLocks()];
    const rounds = Array.from({ length: 10 }, () => [
      one.withLocks(["a", "b"], () => sleep(1)),
      two.withLocks(["b", "a"], () => sleep(1)),
      one.withLocks(["b", "a"], () => sleep(1)),
    ]);
    await expect(Promise.all(rounds.flat())).resolves.toHaveLength(30);
  });

  it("are taken all at once or not at all", async () => {
    const held = await makeLocks().tryTake("taken");
    const both = makeLocks({ waitMs: 0 }).withLocks(["free", "taken"], async () => "both");
    await expect(both).rejects.toBeInstanceOf(LockTimeoutError);
    expect(await redis().exists(keys.lock("free"))).toBe(0);
    await held?.release();
  });

  it("are released when the work fails", async () => {
    const locks = makeLocks();
    await expect(locks.withLocks(["x"], () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    await expect(locks.withLocks(["x"], async () => "again")).resolves.toBe("again");
  });

  it("fall free when their holder died, and tell who waits too long", async () => {
    await redis().set(keys.lock("held"), "a dead worker", "PX", 1_000);
    await expect(makeLocks({ waitMs: 50 }).withLocks(["held"], async () => 1)).rejects.toBeInstanceOf(LockTimeoutError);
    await expect(makeLocks({ waitMs: 30_000 }).withLocks(["held"], async () => 1)).resolves.toBe(1);
  });

  it("are renewed while the work takes longer than their time to live [O5]", async () => {
    const lock = await makeLocks({ ttlMs: 500 }).tryTake("long");
    await sleep(1_200);
    expect(await makeLocks().tryTake("long")).toBeUndefined();
    expect(await lock?.release()).toBe(true);
    const again = await makeLocks().tryTake("long");
    expect(again).toBeDefined();
    await again?.release();
  });

  it("tell their holder, at the end, that it was too slow to keep them [O5]", async () => {
    const lock = await makeLocks().tryTake("slow");
    await redis().set(keys.lock("slow"), "somebody else");
    expect(await lock?.release()).toBe(false);
    expect(await redis().get(keys.lock("slow"))).toBe("somebody else");
  });
});
