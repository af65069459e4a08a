/** What is not as we wrote it, as the last look found it: in Redis, compressed, since it holds values of people. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { fieldValue } from "../sync/applied-record.ts";

const driftedField = z.object({
  field: z.string(),
  base: fieldValue,
  ours: fieldValue,
  theirs: fieldValue,
  asks: z.enum(["write_back", "leave", "hold", "report"]),
  /** The field is a relation to another record, and the sides are ids. */
  isLink: z.literal(true).optional(),
  /** Who edited it and when, where the CRM says. */
  at: z.string().optional(),
  by: z.string().optional(),
  isOurs: z.boolean().optional(),
});
export type DriftedField = Readonly<z.infer<typeof driftedField>>;

const place = {
  ...{ purchaseId: z.string(), section: z.string(), object: z.string(), id: z.string() },
  /** Since when it is known, and when it was last looked at; ISO UTC. */
  ...{ since: z.string(), seen: z.string() },
};

const drifted = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("deleted"), isRecreated: z.literal(true).optional(), ...place }),
  z.object({ kind: z.literal("merged"), into: z.string(), ...place }),
  z.object({ kind: z.literal("drifted"), fields: z.array(driftedField).readonly(), ...place }),
]);
export type Drifted = Readonly<z.infer<typeof drifted>>;

interface RecordPlace {
  readonly object: string;
  readonly id: string;
}

export interface DriftStore {
  /** What is kept of these records, by `placeOf`. */
  kept(records: readonly RecordPlace[]): Promise<ReadonlyMap<string, Drifted>>;
  /** Keeps it, since when it was first kept. @returns false where there is no room for another one */
  keep(entry: Drifted): Promise<boolean>;
  /** They are as we wrote them, or are no business of ours any more. */
  drop(records: readonly RecordPlace[]): Promise<void>;
  /** Everything that is kept, in no order. */
  all(): AsyncIterable<Drifted>;
}

/** Past these nobody reads a list; a mapping or an import of theirs is behind it. */
const MOST = 20_000;
const PAGE = 200;

export function createDriftStore(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly retentionDays: number;
  readonly most?: number;
}): DriftStore {
  const { redis, keys, crm, most = MOST } = options;
  const [entries, times] = [keys.drifted(crm), keys.driftedByTime(crm)];
  const seconds = options.retentionDays * DAY_SECONDS;

  async function kept(records: readonly RecordPlace[]): Promise<Map<string, Drifted>> {
    if (records.length === 0) return new Map();
    const found = await redis.hmgetBuffer(entries, ...records.map(placeOf));
    return new Map(found.map(read).flatMap((one) => (one === undefined ? [] : [[placeOf(one), one]])));
  }

  return {
    kept,

    async keep(entry) {
      const name = placeOf(entry);
      const before = (await kept([entry])).get(name);
      if (before === undefined && (await redis.hlen(entries)) >= most) return false;
      const since = before?.kind === entry.kind ? before.since : entry.since;
      await redis
        .multi()
        .hset(entries, name, compress(JSON.stringify({ ...entry, since })))
        .zadd(times, Date.parse(since), name)
        .expire(entries, seconds)
        .expire(times, seconds)
        .exec();
      return true;
    },

    async drop(records) {
      const names = records.map(placeOf);
      if (names.length > 0) {
        await redis
          .multi()
          .hdel(entries, ...names)
          .zrem(times, ...names)
          .exec();
      }
    },

    async *all() {
      let cursor = "0";
      do {
        const [next, page] = await redis.zscan(times, cursor, "COUNT", PAGE);
        const names = page.filter((_, index) => index % 2 === 0);
        const found = names.length === 0 ? [] : await redis.hmgetBuffer(entries, ...names);
        for (const one of found.map(read)) if (one !== undefined) yield one;
        cursor = next;
      } while (cursor !== "0");
    },
  };
}

export function placeOf({ object, id }: RecordPlace): string {
  return `${object}:${id}`;
}

/** @returns undefined where there is none, or one of another version */
function read(packed: Buffer | null): Drifted | undefined {
  return packed === null ? undefined : drifted.safeParse(JSON.parse(decompress(packed))).data;
}
