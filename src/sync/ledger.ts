/**
 * What we know and what we wrote. The ledger of a purchase holds the state its notifications describe (desired) and the
 * records a CRM was brought to (applied); people and companies, which many purchases share, have an entry of their own.
 */

import { z } from "zod";
import type { FieldValues } from "../../connectors/connector.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { RedisClient } from "../config/redis.ts";
import { compress, decompress } from "../inbox/arrival.ts";
import type { Keys } from "../inbox/keys.ts";

/** A CRM record as we last wrote it. */
export interface AppliedRecord {
  readonly object: string;
  readonly id: string;
  readonly values: FieldValues;
  /** Each as `via>object:id`. */
  readonly links: readonly string[];
  /** Number of the notification that the values come from. */
  readonly seq: number;
}

export interface PurchaseLedger {
  readonly state: PurchaseState | undefined;
  /** By plan key; booking records only. */
  readonly records: Readonly<Record<string, AppliedRecord>>;
  /** Plan keys whose creation was begun at least once: the record may exist although we have no id of it. */
  readonly attempted: readonly string[];
}

export interface Ledger {
  load(purchaseId: string): Promise<PurchaseLedger>;
  save(purchaseId: string, ledger: PurchaseLedger): Promise<void>;
  loadShared(section: string, identity: string): Promise<AppliedRecord | undefined>;
  saveShared(section: string, identity: string, record: AppliedRecord): Promise<void>;
}

const applied = z.object({
  object: z.string(),
  id: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  links: z.array(z.string()),
  seq: z.number(),
});

const stored = z.object({
  state: z.custom<PurchaseState>((value) => typeof value === "object" && value !== null).optional(),
  records: z.record(z.string(), applied),
  attempted: z.array(z.string()),
});

const DAY_SECONDS = 86_400;

export function createLedger(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  /** Days an entry is kept after its last appointment has ended. */
  readonly retentionDays: number;
}): Ledger {
  const { redis, keys, crm, retentionDays } = options;

  return {
    async load(purchaseId) {
      const packed = await redis.getBuffer(keys.ledger(crm, purchaseId));
      if (packed === null) return { state: undefined, records: {}, attempted: [] };
      const { state, records, attempted } = stored.parse(JSON.parse(decompress(packed)));
      return { state, records, attempted };
    },

    async save(purchaseId, ledger) {
      const ttl = retentionSeconds(ledger.state, retentionDays);
      await redis.set(keys.ledger(crm, purchaseId), compress(JSON.stringify(ledger)), "EX", ttl);
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
