/** Purchases that list one booking take turns to write to its records, and know when another one wrote in between. */
import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks, LockLostError, LockTimeoutError } from "../../src/redis/locks.ts";
import { createLedger } from "../../src/sync/ledger.ts";
import { createTurns, type Turns, type TurnsTaken } from "../../src/sync/turns.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{turns-test}");
const lookAgain = jest.fn(async (_purchaseIds: readonly string[]) => {});
const redis = useRedis();
beforeEach(async () => {
  await redis().flushall();
  lookAgain.mockClear();
});

/** As a pass over the purchase begins. */
async function begin(purchaseId: string, before: TurnsTaken = {}): Promise<Turns> {
  const ledger = createLedger({ redis: redis(), keys, crm: "hubspot", retentionDays: 30 });
  const locks = createLocks({ redis: redis(), keys, ttlMs: 30_000, waitMs: 0 });
  const listings = await ledger.list(purchaseId, ["10"], 60);
  return createTurns(
    { crm: "hubspot", ledger, locks, lookAgain },
    { listings, before, lock: { token: `${purchaseId}-of-another-pass` } },
  );
}

const loseLock = async () => {
  await redis().set(keys.lock("booking:hubspot:10"), "another pass");
};

describe("a pass that finds another purchase's turn [O5]", () => {
  it("knows that it was outrun, and not by itself", async () => {
    const first = await begin("1");
    await first.write("10", async () => {});
    expect(first.isOutrun("10")).toBe(false);
    expect((await begin("1", first.taken())).isOutrun("10")).toBe(false);
    await (await begin("2")).write("10", async () => {});
    expect((await begin("1", first.taken())).isOutrun("10")).toBe(true);
  });

  it("that was taken since it began writes nothing", async () => {
    const first = await begin("1");
    await (await begin("2")).write("10", async () => {});
    const work = jest.fn(async () => {});
    await expect(first.write("10", work)).rejects.toBeInstanceOf(LockTimeoutError);
    expect(work).not.toHaveBeenCalled();
  });
});

describe("a pass that lost its lock on a booking while it wrote [O5]", () => {
  it("is tried again, and what it and all others know of the booking's records is doubted", async () => {
    const second = await begin("2");
    await second.write("10", async () => {});
    const first = await begin("1", {});
    await expect(first.write("10", loseLock)).rejects.toBeInstanceOf(LockLostError);
    expect(lookAgain.mock.calls).toEqual([[["1", "2"]]]);
    expect((await begin("1", first.taken())).isOutrun("10")).toBe(true);
    expect((await begin("2", second.taken())).isOutrun("10")).toBe(true);
  });
});
