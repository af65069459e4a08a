/**
 * What we know and what we wrote. The ledger of a purchase holds the state its notifications describe (desired) and the
 * records a CRM was brought to (applied); people and companies, which many purchases share, have an entry of their own.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { FieldValues } from "../../connectors/connector.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import type { Keys } from "../redis/keys.ts";
import { type Lock, LockLostError } from "../redis/locks.ts";
import { withScripts } from "../redis/scripts.ts";

/** A CRM record as we last wrote it. */
export interface AppliedRecord {
  readonly object: string;
  readonly id: string;
  readonly values: FieldValues;
  /** Ours, each as `via>object:id`. */
  readonly links: readonly string[];
  /** Ours that may be there or not. */
  readonly unsure?: readonly string[] | undefined;
  /** Number of the notification that the values come from. */
  readonly seq: number;
}

/** The record, with everything that we wrote to it to be written again. */
export function withoutValues(record: AppliedRecord): AppliedRecord {
  return { ...record, values: {}, links: [], unsure: [...record.links, ...(record.unsure ?? [])] };
}

/** What the ledger says of a purchase. */
export interface KnownPurchase extends PurchaseLedger {
  /** Set while a pass that lost its lock may have written after a newer one: the CRM may hold older values than these. */
  readonly doubt: string | undefined;
  /** A creation was begun whose end we do not know: a record may exist although `records` has no id of it. */
  readonly attempted: boolean;
}

export interface PurchaseLedger {
  readonly state: PurchaseState | undefined;
  /** By plan key; booking records only. */
  readonly records: Readonly<Record<string, AppliedRecord>>;
}

type HeldLock = Pick<Lock, "key" | "token">;

export interface Ledger {
  load(purchaseId: string): Promise<KnownPurchase>;
  /** Notes that records are about to be created. @throws LockLostError */
  begin(purchaseId: string, state: PurchaseState, lock: HeldLock): Promise<void>;
  /**
   * Stores what a pass did, as long as it holds its lock.
   *
   * @param complete whether every record that was begun is known to exist now
   * @throws LockLostError when another pass may have begun meanwhile
   */
  save(purchaseId: string, ledger: PurchaseLedger, lock: HeldLock, complete: boolean): Promise<void>;
  /** Says that nothing can be relied on of what the CRM is thought to hold of this purchase. */
  distrust(purchaseId: string): Promise<void>;
  /** Ends the doubt that `load` told of, unless a newer one has come up since. */
  trust(purchaseId: string, doubt: string): Promise<void>;
  loadShared(section: string, identity: string): Promise<AppliedRecord | undefined>;
  saveShared(section: string, identity: string, record: AppliedRecord): Promise<void>;
}

const applied = z.object({
  object: z.string(),
  id: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  links: z.array(z.string()),
  unsure: z.array(z.string()).optional(),
  seq: z.number(),
});

const stored = z.object({
  state: z.custom<PurchaseState>((value) => typeof value === "object" && value !== null).optional(),
  records: z.record(z.string(), applied),
});

const DAY_SECONDS = 86_400;

/** KEYS: what to set, lock, what to delete besides. ARGV: token, value, seconds to keep it. */
const SET_IF_HELD_SCRIPT = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if KEYS[3] then redis.call('DEL', KEYS[3]) end
return 1
`;
/** KEYS: doubt. ARGV: the doubt to end. */
const TRUST_SCRIPT = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1`;

interface LedgerCommands {
  crmSyncSetIfHeld(numberOfKeys: number, ...keysAndArgs: (string | number | Buffer)[]): Promise<number>;
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
    crmSyncSetIfHeld: { lua: SET_IF_HELD_SCRIPT },
    crmSyncTrust: { numberOfKeys: 1, lua: TRUST_SCRIPT },
  });

  async function setIfHeld(
    purchaseId: string,
    lock: HeldLock,
    names: readonly [set: string, del: string | undefined],
    value: string | Buffer,
    ttl: number,
  ): Promise<void> {
    const [set, del] = names;
    const keyNames = [set, lock.key, ...(del === undefined ? [] : [del])];
    const done = await redis.crmSyncSetIfHeld(keyNames.length, ...keyNames, lock.token, value, ttl);
    if (done === 0) throw new LockLostError(`Another pass over purchase ${purchaseId} has begun meanwhile.`);
  }

  return {
    async load(purchaseId) {
      const [packed, doubted, begun] = await redis.mgetBuffer(
        keys.ledger(crm, purchaseId),
        keys.doubt(crm, purchaseId),
        keys.attempt(crm, purchaseId),
      );
      const rest = { doubt: doubted?.toString(), attempted: Boolean(begun) };
      if (!packed) return { state: undefined, records: {}, ...rest };
      const { state, records } = stored.parse(JSON.parse(decompress(packed)));
      return { state, records, ...rest };
    },

    begin: (purchaseId, state, lock) =>
      setIfHeld(
        purchaseId,
        lock,
        [keys.attempt(crm, purchaseId), undefined],
        "1",
        retentionSeconds(state, retentionDays),
      ),

    async save(purchaseId, ledger, lock, complete) {
      const entry = compress(JSON.stringify(ledger));
      const done = complete ? keys.attempt(crm, purchaseId) : undefined;
      const ttl = retentionSeconds(ledger.state, retentionDays);
      await setIfHeld(purchaseId, lock, [keys.ledger(crm, purchaseId), done], entry, ttl);
    },

    async distrust(purchaseId) {
      await redis.set(keys.doubt(crm, purchaseId), randomUUID(), "EX", retentionDays * DAY_SECONDS);
    },

    async trust(purchaseId, doubt) {
      await redis.crmSyncTrust(keys.doubt(crm, purchaseId), doubt);
    },

    async loadShared(section, identity) {
      const packed = await redis.getBuffer(keys.shared(crm, section, identity));
      return packed === null ? undefined : applied.parse(JSON.parse(decompress(packed)));
    },

    async saveShared(section, identity, record) {
      const ttl = retentionDays * 2 * DAY_SECONDS;
      await redis.set(keys.shared(crm, section, identity), compress(JSON.stringify(record)), "EX", ttl);
    },
  };
}

/** Seconds to keep a purchase: until its last appointment has ended, and the retention after that. */
function retentionSeconds(state: PurchaseState | undefined, retentionDays: number): number {
  const ends = Object.values(state?.bookings ?? {}).map((booking) => Date.parse(booking.end));
  const untilEnd = Math.max(0, ...ends.map((end) => (end - Date.now()) / 1000));
  return Math.ceil(untilEnd) + retentionDays * DAY_SECONDS;
}
