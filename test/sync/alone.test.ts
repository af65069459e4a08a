/** A pass has its purchase for itself until what it tells is written, so that `forget` misses nothing of it [S5]. */
import { expect, it } from "@jest/globals";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks, LockTimeoutError } from "../../src/redis/locks.ts";
import { createLedger } from "../../src/sync/ledger.ts";
import { type PassDeps, passLock } from "../../src/sync/pass.ts";
import { alone } from "../../src/sync/reconcile.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{alone-test}");
const redis = useRedis();

it("a pass is alone until what is told of it is written", async () => {
  const locks = createLocks({ redis: redis(), keys, ttlMs: 30_000, waitMs: 0 });
  const ledger = createLedger({ redis: redis(), keys, crm: "hubspot", retentionDays: 30 });
  const load = () => Promise.reject(new Error("nothing to do"));
  const deps: Pick<PassDeps, "crm" | "locks" | "ledger"> = { crm: "hubspot", locks, ledger: { ...ledger, load } };
  const held = () => locks.remainingMs(passLock("hubspot", "1"));
  await alone(deps as PassDeps, "1", async (run) => {
    await expect(run()).rejects.toThrow("nothing to do");
    expect(await held()).toBeGreaterThan(0);
    await alone(deps as PassDeps, "1", async (second) => {
      await expect(second()).rejects.toBeInstanceOf(LockTimeoutError);
    });
  });
  expect(await held()).toBeUndefined();
});
