/**
 * What we know and what we wrote. The ledger of a purchase holds the state its notifications describe (desired) and the
 * records a CRM was brought to (applied); people and companies, which many purchases share, are in `shared-ledger.ts`.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { PurchaseState } from "../booking/types.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import { createDeleteIfHolds } from "../redis/delete-if-holds.ts";
import type { Keys } from "../redis/keys.ts";
import { createSetIfHeld, type HeldLock } from "../redis/set-if-held.ts";
import {
  type AppliedRecord,
  appliedRecord,
  type FormerRecord,
  formerRecord,
  withoutRefused,
} from "./applied-record.ts";
import { type BegunWrites, begunWrite } from "./begun.ts";
import { createLedgerOrder, endsAt, type LedgerOrder } from "./ledger-order.ts";
import { createLedgerRecords, type LedgerRecords } from "./ledger-records.ts";
import { createListings, type ListingLedger } from "./listings.ts";
import { createPeopleLedger, type PeopleLedger } from "./people-ledger.ts";
import { createSharedLedger, type SharedLedger } from "./shared-ledger.ts";

/** What the ledger says of a purchase. */
export interface KnownPurchase extends PurchaseLedger {
  /** Set while a pass that lost its lock may have written after a newer one: the CRM may hold older values than these. */
  readonly doubt: string | undefined;
  /** Set where a person has asked for everything again: nothing counts as refused then. */
  readonly again: string | undefined;
  readonly former: readonly FormerRecord[];
  /** Writes whose end we do not know. */
  readonly begun: BegunWrites;
  /** A creation is among them: a record may exist although `records` has no id of it. */
  readonly attempted: boolean;
}

export interface PurchaseLedger {
  readonly state: PurchaseState | undefined;
  /** By plan key; booking records only. */
  readonly records: Readonly<Record<string, AppliedRecord>>;
  /** By booking: the turn in which a pass over this purchase last wrote to its records. */
  readonly turns?: Readonly<Record<string, string>> | undefined;
}

export interface Ledger extends SharedLedger, ListingLedger, PeopleLedger, LedgerOrder, LedgerRecords {
  readonly crm: string;
  load(purchaseId: string): Promise<KnownPurchase>;
  /** Notes what is about to be written, in place of what was noted before. @throws LockLostError */
  begin(purchaseId: string, begun: BegunWrites, lock: HeldLock): Promise<void>;
  /**
   * Stores what a pass did, as long as it holds its lock. It does not expire until the inbox lets it age, which is when the
   * purchase is settled.
   *
   * @param begun what was begun and is not known to have ended
   * @throws LockLostError when another pass may have begun meanwhile
   */
  save(purchaseId: string, ledger: PurchaseLedger, lock: HeldLock, begun: BegunWrites): Promise<void>;
  /** Stores what somebody did beside a pass, for as long as the entry is kept already. @throws LockLostError */
  amend(purchaseId: string, ledger: PurchaseLedger, lock: HeldLock, begun: BegunWrites): Promise<void>;
  /** Stores which records are still to be retired. @throws LockLostError */
  saveFormer(purchaseId: string, former: readonly FormerRecord[], lock: HeldLock): Promise<void>;
  /** A person has seen to the former records of the purchase. */
  letGo(purchaseId: string): Promise<void>;
  /** Says that nothing can be relied on of what the CRM is thought to hold of this purchase. */
  distrust(purchaseId: string): Promise<void>;
  /** Ends the doubt that `load` told of, unless a newer one has come up since. */
  trust(purchaseId: string, doubt: string): Promise<void>;
  /** A person wants everything of the purchase tried again, what the CRM refused included. */
  askAgain(purchaseId: string): Promise<void>;
  /** Everything that `load` told to try again was tried, unless somebody has asked once more since. */
  triedAgain(purchaseId: string, again: string): Promise<void>;
  /** Seconds to keep a settled purchase: until its last appointment has ended, and the retention after that. */
  secondsToKeep(state: PurchaseState | undefined): number;
}

const stored = z.object({
  state: z.custom<PurchaseState>((value) => typeof value === "object" && value !== null).optional(),
  records: z.record(z.string(), appliedRecord),
  turns: z.record(z.string(), z.string()).optional(),
});

const begunWrites = z.record(z.string(), begunWrite);
const formerRecords = z.array(formerRecord);
const NOTHING: PurchaseLedger = { state: undefined, records: {} };

/** What an earlier version noted, which did not say of which record. */
const SOME_RECORD: BegunWrites = { "": { fields: [], links: [] } };

export function createLedger(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  /** Days an entry is kept after its last appointment has ended. */
  readonly retentionDays: number;
}): Ledger {
  const { redis, keys, crm, retentionDays } = options;
  const setIfHeld = createSetIfHeld(redis);
  const deleteIfHolds = createDeleteIfHolds(redis);
  const order = createLedgerOrder(options);

  function begin(purchaseId: string, begun: BegunWrites, lock: HeldLock): Promise<void> {
    return setIfHeld(lock, { key: keys.attempt(crm, purchaseId), value: JSON.stringify(begun) });
  }

  async function save(
    purchaseId: string,
    ledger: PurchaseLedger,
    lock: HeldLock,
    begun: BegunWrites,
    ttlSeconds?: number,
  ): Promise<void> {
    const complete = Object.keys(begun).length === 0;
    await Promise.all([
      // Before it: one that is listed and has nothing is passed over, one that is not is never looked at.
      order.noteEnd(purchaseId, ledger.state),
      setIfHeld(lock, {
        key: keys.ledger(crm, purchaseId),
        value: compress(JSON.stringify(ledger)),
        del: complete ? keys.attempt(crm, purchaseId) : undefined,
        ...(ttlSeconds !== undefined && { ttlSeconds }),
      }),
    ]);
    // After it: what is noted too long is written once too often, what is missing may be made twice.
    if (!complete) await begin(purchaseId, begun, lock);
  }

  return {
    crm,
    ...createSharedLedger(options),
    ...createListings(options),
    ...createPeopleLedger(options),
    ...createLedgerRecords(options),
    ...order,

    async load(purchaseId) {
      const [packed, doubted, begun, left, asked] = await redis.mgetBuffer(
        keys.ledger(crm, purchaseId),
        keys.doubt(crm, purchaseId),
        keys.attempt(crm, purchaseId),
        keys.former(crm, purchaseId),
        keys.again(crm, purchaseId),
      );
      const { state, records: kept, turns } = packed ? stored.parse(JSON.parse(decompress(packed))) : NOTHING;
      const former = left ? formerRecords.parse(JSON.parse(decompress(left))) : [];
      const writes = begun ? begunIn(begun.toString()) : {};
      const records = asked
        ? Object.fromEntries(Object.entries(kept).map(([key, record]) => [key, withoutRefused(record)]))
        : kept;
      const attempted = Object.keys(writes).some((key) => records[key] === undefined);
      const told = { doubt: doubted?.toString(), again: asked?.toString() };
      return { state, records, turns, former, ...told, begun: writes, attempted };
    },

    begin,

    save,

    async amend(purchaseId, ledger, lock, begun) {
      const left = await redis.ttl(keys.ledger(crm, purchaseId));
      await save(purchaseId, ledger, lock, begun, left > 0 ? left : undefined);
    },

    saveFormer: (purchaseId, former, lock) =>
      setIfHeld(lock, { key: keys.former(crm, purchaseId), value: compress(JSON.stringify(former)) }),

    async letGo(purchaseId) {
      await redis.del(keys.former(crm, purchaseId));
    },

    async distrust(purchaseId) {
      await redis.set(keys.doubt(crm, purchaseId), randomUUID());
    },

    async trust(purchaseId, doubt) {
      await deleteIfHolds(keys.doubt(crm, purchaseId), doubt);
    },

    async askAgain(purchaseId) {
      await redis.set(keys.again(crm, purchaseId), randomUUID());
    },

    async triedAgain(purchaseId, again) {
      await deleteIfHolds(keys.again(crm, purchaseId), again);
    },

    secondsToKeep(state) {
      const untilEnd = Math.max(0, (endsAt(state) - Date.now()) / 1000);
      return Math.ceil(untilEnd) + retentionDays * DAY_SECONDS;
    },
  };
}

function begunIn(text: string): BegunWrites {
  return text === "1" ? SOME_RECORD : begunWrites.parse(JSON.parse(text));
}
