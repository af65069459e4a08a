/**
 * What we know and what we wrote. The ledger of a purchase holds the state its notifications describe (desired) and the
 * records a CRM was brought to (applied); people and companies, which many purchases share, are in `shared-ledger.ts`.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { PurchaseState } from "../booking/types.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { createSetIfHeld, type HeldLock } from "../redis/set-if-held.ts";
import { type AppliedRecord, appliedRecord } from "./applied-record.ts";
import { type BegunWrites, begunWrite } from "./begun.ts";
import { createSharedLedger, type SharedLedger } from "./shared-ledger.ts";

/** What the ledger says of a purchase. */
export interface KnownPurchase extends PurchaseLedger {
  /** Set while a pass that lost its lock may have written after a newer one: the CRM may hold older values than these. */
  readonly doubt: string | undefined;
  /** Writes whose end we do not know. */
  readonly begun: BegunWrites;
  /** A creation is among them: a record may exist although `records` has no id of it. */
  readonly attempted: boolean;
}

export interface PurchaseLedger {
  readonly state: PurchaseState | undefined;
  /** By plan key; booking records only. */
  readonly records: Readonly<Record<string, AppliedRecord>>;
}

export interface Ledger extends SharedLedger {
  load(purchaseId: string): Promise<KnownPurchase>;
  /** Notes what is about to be written, in place of what was noted before. @throws LockLostError */
  begin(purchaseId: string, state: PurchaseState, begun: BegunWrites, lock: HeldLock): Promise<void>;
  /**
   * Stores what a pass did, as long as it holds its lock.
   *
   * @param begun what was begun and is not known to have ended
   * @throws LockLostError when another pass may have begun meanwhile
   */
  save(purchaseId: string, ledger: PurchaseLedger, lock: HeldLock, begun: BegunWrites): Promise<void>;
  /** Says that nothing can be relied on of what the CRM is thought to hold of this purchase. */
  distrust(purchaseId: string): Promise<void>;
  /** Ends the doubt that `load` told of, unless a newer one has come up since. */
  trust(purchaseId: string, doubt: string): Promise<void>;
}

const stored = z.object({
  state: z.custom<PurchaseState>((value) => typeof value === "object" && value !== null).optional(),
  records: z.record(z.string(), appliedRecord),
});

const begunWrites = z.record(z.string(), begunWrite);
const NOTHING: PurchaseLedger = { state: undefined, records: {} };

/** What an earlier version noted, which did not say of which record. */
const SOME_RECORD: BegunWrites = { "": { fields: [], links: [] } };

const DAY_SECONDS = 86_400;

/** KEYS: doubt. ARGV: the doubt to end. */
const TRUST_SCRIPT = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1`;

interface LedgerCommands {
  crmSyncTrust(doubt: string, value: string): Promise<number>;
}

export function createLedger(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  /** Days an entry is kept after its last appointment has ended. */
  readonly retentionDays: number;
}): Ledger {
  const { keys, crm, retentionDays } = options;
  const redis = withScripts<LedgerCommands>(options.redis, {
    crmSyncTrust: { numberOfKeys: 1, lua: TRUST_SCRIPT },
  });

  const setIfHeld = createSetIfHeld(options.redis);

  function begin(
    purchaseId: string,
    state: PurchaseState | undefined,
    begun: BegunWrites,
    lock: HeldLock,
  ): Promise<void> {
    return setIfHeld(lock, {
      key: keys.attempt(crm, purchaseId),
      value: JSON.stringify(begun),
      ttlSeconds: retentionSeconds(state, retentionDays),
    });
  }

  return {
    ...createSharedLedger(options),

    async load(purchaseId) {
      const [packed, doubted, begun] = await redis.mgetBuffer(
        keys.ledger(crm, purchaseId),
        keys.doubt(crm, purchaseId),
        keys.attempt(crm, purchaseId),
      );
      const { state, records } = packed ? stored.parse(JSON.parse(decompress(packed))) : NOTHING;
      const writes = begun ? begunIn(begun.toString()) : {};
      const attempted = Object.keys(writes).some((key) => records[key] === undefined);
      return { state, records, doubt: doubted?.toString(), begun: writes, attempted };
    },

    begin,

    async save(purchaseId, ledger, lock, begun) {
      const complete = Object.keys(begun).length === 0;
      await setIfHeld(lock, {
        key: keys.ledger(crm, purchaseId),
        value: compress(JSON.stringify(ledger)),
        ttlSeconds: retentionSeconds(ledger.state, retentionDays),
        del: complete ? keys.attempt(crm, purchaseId) : undefined,
      });
      // After it: what is noted too long is written once too often, what is missing may be made twice.
      if (!complete) await begin(purchaseId, ledger.state, begun, lock);
    },

    async distrust(purchaseId) {
      await redis.set(keys.doubt(crm, purchaseId), randomUUID(), "EX", retentionDays * DAY_SECONDS);
    },

    async trust(purchaseId, doubt) {
      await redis.crmSyncTrust(keys.doubt(crm, purchaseId), doubt);
    },
  };
}

function begunIn(text: string): BegunWrites {
  return text === "1" ? SOME_RECORD : begunWrites.parse(JSON.parse(text));
}

/** Seconds to keep a purchase: until its last appointment has ended, and the retention after that. */
function retentionSeconds(state: PurchaseState | undefined, retentionDays: number): number {
  const ends = Object.values(state?.bookings ?? {}).map((booking) => Date.parse(booking.end));
  const untilEnd = Math.max(0, ...ends.map((end) => (end - Date.now()) / 1000));
  return Math.ceil(untilEnd) + retentionDays * DAY_SECONDS;
}
