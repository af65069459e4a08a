/**
 * What we know and wrote of people and companies. A person or company of BookingBug points to a record of the CRM, and
 * what was written is the record's: several of them may be one record.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { RecordPlace } from "../../connectors/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import { createDeleteIfHolds } from "../redis/delete-if-holds.ts";
import type { Keys } from "../redis/keys.ts";
import { createSetIfHeld, type HeldLock } from "../redis/set-if-held.ts";
import { type AppliedRecord, appliedRecord, type Stamp, stamp, withoutRefused } from "./applied-record.ts";

/** Which record a person or company is. */
export interface Pointer {
  readonly object: string;
  readonly id: string;
  /** Whether the record has our id of them; else they were recognised in a record that is somebody's already. */
  readonly own: boolean;
  /** That id; absent in an older entry, and where the record is not their own. */
  readonly stamp?: Stamp | undefined;
  /** What they could be recognised by when they were. */
  readonly matchedBy: readonly { readonly field: string; readonly value: string }[];
  /** What that record was converted to, which is linked to in its place. */
  readonly became?: RecordPlace | undefined;
  /** A person picked it, and no pass has written to it since. */
  readonly picked?: true | undefined;
  /** Which record they were before; set until the purchases that may have linked to that one are to be looked at again. */
  readonly left?: RecordPlace | undefined;
}

export interface SharedRecord {
  readonly record: AppliedRecord | undefined;
  /** Set while the CRM may hold something older than `record`. */
  readonly doubt: string | undefined;
}

export interface SharedLedger {
  loadPointer(section: string, identity: string): Promise<Pointer | undefined>;
  /** @throws LockLostError */
  savePointer(section: string, identity: string, pointer: Pointer, lock: HeldLock): Promise<void>;
  /** A person's decision: who they were counts no more, and what was written to the record is written again. */
  bind(section: string, identity: string, pointer: Pointer): Promise<void>;
  loadRecord(object: string, id: string): Promise<SharedRecord>;
  /** @throws LockLostError */
  saveRecord(record: AppliedRecord, lock: HeldLock): Promise<void>;
  /**
   * Says that a write to the record begins.
   *
   * @param isNamed whether what it may write is noted as the record's `tried`
   * @returns the doubt to end after it; undefined where there is another one
   */
  doubtRecord(object: string, id: string, isNamed?: boolean): Promise<string | undefined>;
  /** Says that somebody may have written to the record after a newer write. */
  distrustRecord(object: string, id: string): Promise<void>;
  /** Ends the doubt that `loadRecord` told of, unless a newer one has come up since. */
  trustRecord(object: string, id: string, doubt: string): Promise<void>;
  /** What is known of the record that a person or company is. */
  loadShared(section: string, identity: string): Promise<AppliedRecord | undefined>;
}

const pointer = z.object({
  object: z.string(),
  id: z.string(),
  own: z.boolean(),
  stamp: stamp.optional(),
  matchedBy: z.array(z.object({ field: z.string(), value: z.string() })),
  became: z.object({ object: z.string(), id: z.string() }).optional(),
  picked: z.literal(true).optional(),
  left: z.object({ object: z.string(), id: z.string() }).optional(),
});
/** Earlier versions kept what was written with the person. */
const storedPointer = z.union([pointer, appliedRecord]);

export function createSharedLedger(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly retentionDays: number;
}): SharedLedger {
  const { redis, keys, crm } = options;
  const setIfHeld = createSetIfHeld(redis);
  const deleteIfHolds = createDeleteIfHolds(redis);
  const ttlSeconds = options.retentionDays * 2 * DAY_SECONDS;
  const pointerKey = (section: string, identity: string): string => keys.shared(crm, section, identity);
  const recordKey = (object: string, id: string): string => keys.sharedRecord(crm, object, id);
  const doubtKey = (object: string, id: string): string => keys.doubtedRecord(crm, object, id);
  const pack = (value: unknown): Buffer => compress(JSON.stringify(value));

  const ledger: SharedLedger = {
    async loadPointer(section, identity) {
      const found = unpacked(await redis.getBuffer(pointerKey(section, identity)), storedPointer);
      if (found === undefined || "own" in found) return found;
      await redis.set(recordKey(found.object, found.id), pack(found), "EX", ttlSeconds, "NX");
      return formerPointer(found);
    },

    savePointer: (section, identity, value, lock) =>
      setIfHeld(lock, { key: pointerKey(section, identity), value: pack(value), ttlSeconds }),

    async bind(section, identity, value) {
      await redis.set(pointerKey(section, identity), pack(value), "EX", ttlSeconds);
      await ledger.distrustRecord(value.object, value.id);
    },

    async loadRecord(object, id) {
      const [packed, doubt] = await redis.mgetBuffer(recordKey(object, id), doubtKey(object, id));
      return { record: unpacked(packed, appliedRecord), doubt: doubt?.toString() };
    },

    saveRecord: (record, lock) =>
      setIfHeld(lock, { key: recordKey(record.object, record.id), value: pack(record), ttlSeconds }),

    async doubtRecord(object, id, isNamed = false) {
      const doubt = `${isNamed ? NAMED : ""}${randomUUID()}`;
      const set = await redis.set(doubtKey(object, id), doubt, "EX", ttlSeconds, "NX");
      return set === null ? undefined : doubt;
    },

    async distrustRecord(object, id) {
      await redis.set(doubtKey(object, id), randomUUID(), "EX", ttlSeconds);
    },

    async trustRecord(object, id, doubt) {
      await deleteIfHolds(doubtKey(object, id), doubt);
    },

    async loadShared(section, identity) {
      const known = await ledger.loadPointer(section, identity);
      return known && (await ledger.loadRecord(known.object, known.id)).record;
    },
  };
  return ledger;
}

function unpacked<T>(packed: Buffer | null | undefined, schema: z.ZodType<T>): T | undefined {
  return packed ? schema.parse(JSON.parse(decompress(packed))) : undefined;
}

const NAMED = "tried ";

/** Whether all that may have been written is known: else somebody may have written anything of ours. */
export function isNamed(doubt: string): boolean {
  return doubt.startsWith(NAMED);
}

/** Whose the record is was not said: with all that was written to match by, to find out costs one look, once. */
function formerPointer({ object, id, values }: AppliedRecord): Pointer {
  const matchedBy = Object.entries(values).map(([field, value]) => ({ field, value: String(value) }));
  return { object, id, own: false, matchedBy };
}

/** The ledger as who tries everything again reads it: nothing counts as refused. */
export function nothingRefused(ledger: SharedLedger): SharedLedger {
  return {
    ...ledger,
    async loadRecord(object, id) {
      const { record, doubt } = await ledger.loadRecord(object, id);
      return { record: record && withoutRefused(record), doubt };
    },
  };
}
