/** Which purchase a record of a CRM is of, so that who only knows the record finds the ledger. */
import { z } from "zod";
import type { RecordPlace } from "../../connectors/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import { decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

export interface LedgerRecords {
  /** Says that the purchase has these records, its own and its people's. @param endsAt when its last appointment ends */
  noteRecords(purchaseId: string, records: readonly RecordPlace[], endsAt: number): Promise<void>;
  /** A purchase that each has; undefined for a record that is none of ours, or only of what is long past. */
  purchasesWith(object: string, ids: readonly string[]): Promise<readonly (string | undefined)[]>;
}

/** A day more than a purchase is listed by its end. */
const LISTED_SECONDS = 8 * DAY_SECONDS;

export function createLedgerRecords(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
}): LedgerRecords {
  const { redis, keys, crm } = options;
  return {
    async noteRecords(purchaseId, records, endsAt) {
      const seconds = Math.ceil((endsAt - Date.now()) / 1_000) + LISTED_SECONDS;
      if (records.length === 0 || seconds <= 0) return;
      await Promise.all(
        records.map(({ object, id }) => redis.set(keys.recordOf(crm, object, id), purchaseId, "EX", seconds)),
      );
    },

    async purchasesWith(object, ids) {
      if (ids.length === 0) return [];
      const found = await redis.mget(ids.map((id) => keys.recordOf(crm, object, id)));
      return found.map((purchaseId) => purchaseId ?? undefined);
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
  return success ? Object.values(data.records).map(({ object, id }) => keys.recordOf(of.crm, object, id)) : [];
}
