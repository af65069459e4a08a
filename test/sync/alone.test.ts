/** A pass has its purchase for itself until what it tells is written, so that `forget` misses nothing of it [S5]. */
import { expect, it } from "@jest/globals";
import { createInbox } from "../../src/inbox/inbox.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks, LockTimeoutError } from "../../src/redis/locks.ts";
import { createLedger } from "../../src/sync/ledger.ts";
import { type PassDeps, passLock } from "../../src/sync/pass.ts";
import { alone } from "../../src/sync/reconcile.ts";
import { eventually } from "../support/eventually.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{alone-test}");
const redis = useRedis();

it("a pass is alone until what is told of it is written", async () => {
  const locks = createLocks({ redis: redis(), keys, ttlMs: 30_000, waitMs: 0 });
  const ledger = createLedger({ redis: redis(), keys, crm: "hubspot", retentionDays: 30 });
  const load = () => Promise.reject(new Error("nothing to do"));
  const deps: Pick<PassDeps, "crm" | "locks" | "ledger" | "inbox"> = {
    ...{ crm: "hubspot", locks, ledger: { ...ledger, load } },
    inbox: createInbox({ redis: redis(), keys, crms: ["hubspot"], retentionDays: 30 }),
  };
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

it("a pass reads what the one before it left: it asks for the lock first, and for what there is right after", async () => {
  const asked: string[] = [];
  const monitor = await redis().monitor();
  monitor.on("monitor", (_time: string, args: string[]) => asked.push(args.join(" ")));
  const locks = createLocks({ redis: redis(), keys, ttlMs: 30_000, waitMs: 0 });
  const ledger = createLedger({ redis: redis(), keys, crm: "hubspot", retentionDays: 30 });
  const inbox = createInbox({ redis: redis(), keys, crms: ["hubspot"], retentionDays: 30 });
  const deps: Pick<PassDeps, "crm" | "locks" | "ledger" | "inbox"> = { crm: "hubspot", locks, ledger, inbox };
  await alone(deps as PassDeps, "2", async () => {});
  await eventually(async () => expect(asked.some((one) => one.includes(keys.inbox("2")))).toBe(true));
  monitor.disconnect();
  const at = (key: string): number => asked.findIndex((one) => one.includes(key));
  expect(at(keys.lock(passLock("hubspot", "2")))).toBeGreaterThanOrEqual(0);
  expect(at(keys.ledger("hubspot", "2"))).toBeGreaterThan(at(keys.lock(passLock("hubspot", "2"))));
  expect(at(keys.inbox("2"))).toBeGreaterThan(at(keys.lock(passLock("hubspot", "2"))));
});
