/** What is known of a purchase, while passes over it go on. */
import { expect, it } from "@jest/globals";
import { createInbox, type Inbox } from "../../src/inbox/inbox.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks } from "../../src/redis/locks.ts";
import { latestState } from "../../src/sync/latest-state.ts";
import { createLedger } from "../../src/sync/ledger.ts";
import { sample } from "../support/payloads.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{latest-state-test}");
const crm = "salesforce";
const purchaseId = "11610441";
const client = useRedis();

it("is not missed although a pass settles it between two looks [B2] [D5]", async () => {
  const redis = client();
  const inbox = createInbox({ redis, keys, crms: [crm], retentionDays: 30 });
  const ledger = createLedger({ redis, keys, crm, retentionDays: 30 });
  const locks = createLocks({ redis, keys, ttlMs: 30_000, waitMs: 0 });
  const deps = { inbox, ledger, policy: { unflaggedCancellation: "hold", absent: "hold" } as const };
  await inbox.store({
    deliveryId: "one",
    purchaseId,
    route: "bookings",
    receivedAt: "2026-11-24T10:00:00.000Z",
    bookingIds: ["13477736"],
    body: JSON.stringify(sample("purchase-created")),
  });

  let settled = false;
  const meanwhile: Inbox["walk"] = async function* (...asked) {
    if (!settled) {
      settled = true;
      const state = await latestState(deps, purchaseId);
      const lock = await locks.tryTake(`pass:${crm}:${purchaseId}`);
      if (lock === undefined || state === undefined) throw new Error("nobody else works on it");
      await ledger.save(purchaseId, { state, records: {} }, lock, {});
      await inbox.settle(crm, purchaseId, state.seq);
    }
    yield* inbox.walk(...asked);
  };
  const state = await latestState({ ...deps, inbox: { ...inbox, walk: meanwhile } }, purchaseId);
  expect(Object.keys(state?.bookings ?? {})).toEqual(["13477736"]);
});
