/** Which purchases a record of a CRM is of, so that who only knows the record finds their ledgers. */
import { z } from "zod";
import type { RecordPlace } from "../../connectors/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import { decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import { type Place, readOn } from "../redis/in-order.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";

export interface LedgerRecords {
  /** Says that the purchase has these records, its own and its people's. @param endsAt when its last appointment ends */
  noteRecords(purchaseId: string, records: readonly RecordPlace[], endsAt: number): Promise<void>;
  /** A purchase that each has; undefined for a record that is none of ours, or only of what is long past. */
  purchasesWith(object: string, ids: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** All that have it, but for what is long past, some at a time; the same one may come twice. */
  sharing(record: RecordPlace): AsyncGenerator<readonly string[]>;
}

/** A day more than a purchase is listed by its end. */
const LISTED_SECONDS = 8 * DAY_SECONDS;
const PAGE = 500;

/**
 * Most records are of one purchase: only who else has had one is listed, so that those cost nothing more.
 *
 * KEYS: the purchase that has the record, those that had it. ARGV: the purchase, now in seconds, seconds to keep it.
 */
const NOTE_SCRIPT = `
local now, before = tonumber(ARGV[2]), redis.call('GET', KEYS[1])
if before and before ~= ARGV[1] then
  local left = math.max(1, redis.call('TTL', KEYS[1]))
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  redis.call('ZADD', KEYS[2], now + left, before)
  if redis.call('TTL', KEYS[2]) < left then redis.call('EXPIRE', KEYS[2], left) end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
`;

interface Commands {
  crmSyncNoteRecord(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<void>;
}

export function createLedgerRecords(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
}): LedgerRecords {
  const { keys, crm } = options;
  const redis = withScripts<Commands>(options.redis, { crmSyncNoteRecord: { lua: NOTE_SCRIPT } });
  const now = (): number => Math.floor(Date.now() / 1_000);
  return {
    async noteRecords(purchaseId, records, endsAt) {
      const seconds = Math.ceil((endsAt - Date.now()) / 1_000) + LISTED_SECONDS;
      if (records.length === 0 || seconds <= 0) return;
      await Promise.all(
        records.map(async ({ object, id }) => {
          const names = [keys.recordOf(crm, object, id), keys.sharersOf(crm, object, id)];
          await redis.crmSyncNoteRecord(names.length, ...names, purchaseId, now(), seconds);
        }),
      );
    },

    async purchasesWith(object, ids) {
      if (ids.length === 0) return [];
      const found = await redis.mget(ids.map((id) => keys.recordOf(crm, object, id)));
      return found.map((purchaseId) => purchaseId ?? undefined);
    },

    async *sharing({ object, id }) {
      const last = await redis.get(keys.recordOf(crm, object, id));
      if (last !== null) yield [last];
      const sharers = keys.sharersOf(crm, object, id);
      const stretch = { from: now(), to: Number.POSITIVE_INFINITY, limit: PAGE };
      // Not by rank: purchases move on in the list, or leave it, while it is read.
      for (let after: Place | undefined; ; ) {
        const some = await readOn(redis, sharers, { ...stretch, after });
        if (some.length > 0) yield some.map(({ id }) => id);
        if (some.length < PAGE) return;
        after = some.at(-1);
      }
    },
  };
}

const withRecords = z.object({ records: z.record(z.string(), z.object({ object: z.string(), id: z.string() })) });

/** The keys that name the purchase's own records; to be asked for before its ledger is removed. */
export async function ownRecordKeys(
  redis: RedisClient,
  keys: Keys,
  of: { readonly crm: string; readonly purchaseId: string },
): Promise<readonly string[]> {
  const packed = await redis.getBuffer(keys.ledger(of.crm, of.purchaseId));
  if (packed === null) return [];
  const { success, data } = withRecords.safeParse(JSON.parse(decompress(packed)));
  if (!success) return [];
  return Object.values(data.records).flatMap(({ object, id }) => [
    keys.recordOf(of.crm, object, id),
    keys.sharersOf(of.crm, object, id),
  ]);
}
