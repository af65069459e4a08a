/**
 * Jobs on many in Redis, for as long as notifications are kept: what was asked, how far it is, whether somebody stopped it, how it
 * ended. Each part has a field of its own, so that who works and who stops do not overwrite each other.
 */
import { z } from "zod";
import type { PlannedRepair } from "../drift/repair.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { bulkRequest } from "./request.ts";

const count = z.int().nonnegative();

/** Why one was left out. */
const LEFT_OUT = ["settled", "not_meant", "other_format", "changed"] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

const progress = z.object({
  /** The last one that was taken up. */
  after: z.object({ at: z.number(), id: z.string() }).optional(),
  /** Purchases that were taken up and are not through; of a repair, records. */
  inHand: z.array(z.string()),
  done: count,
  /** Through, and failed or held all the same; or still not readable. */
  failed: count,
  leftOut: z.object({ settled: count, not_meant: count, other_format: count, changed: count.default(0) }),
});
export type Progress = z.infer<typeof progress>;

export const NOTHING_YET: Progress = {
  inHand: [],
  done: 0,
  failed: 0,
  leftOut: { settled: 0, not_meant: 0, other_format: 0, changed: 0 },
};

const asked = z.object({
  request: bulkRequest,
  by: z.string(),
  /** ISO UTC. */
  at: z.string(),
  /** When it was asked for; `isUpTo` says whether it may be less. */
  total: count,
});
export type Asked = z.infer<typeof asked>;

/** What differs and how often, with the purchases to look at: no values, which are personal data. */
const impactFound = z.object({
  purchases: count,
  differing: count,
  failing: z.object({ count, example: z.string().optional() }),
  groups: z.array(
    z.object({
      section: z.string(),
      object: z.string(),
      what: z.string(),
      count,
      examples: z.array(z.object({ purchaseId: z.string(), bookingId: z.string().optional() })),
    }),
  ),
});
export type ImpactFound = z.infer<typeof impactFound>;

const plannedRepairs = z.array(
  z.object({
    ...{ purchaseId: z.string(), object: z.string(), id: z.string(), digest: z.string() },
    links: z.array(z.string()).optional(),
  }),
);

const stop = z.object({ by: z.string(), at: z.string() });
const end = z.object({ at: z.string(), how: z.enum(["done", "stopped", "broke_off"]), why: z.string().optional() });
export type End = z.infer<typeof end>;

export interface Bulk extends Asked {
  readonly id: string;
  readonly progress: Progress;
  /** Whether a worker has taken it up. */
  readonly begun: boolean;
  readonly stop: z.infer<typeof stop> | undefined;
  readonly end: End | undefined;
  /** What a look at a mapping's impact found. */
  readonly found: ImpactFound | undefined;
}

export interface BulkStore {
  /** @param mapping the text that an impact is looked at of */
  add(id: string, asked: Asked, mapping?: string): Promise<void>;
  /** That text. */
  mapping(id: string): Promise<string | undefined>;
  /** Until it ends. */
  keepPlan(id: string, plan: readonly PlannedRepair[]): Promise<void>;
  /** What a repair is to do, in its order. */
  plan(id: string): Promise<readonly PlannedRepair[]>;
  read(id: string): Promise<Bulk | undefined>;
  /** Newest first. */
  newest(page: { readonly offset: number; readonly limit: number }): Promise<readonly Bulk[]>;
  save(id: string, progress: Progress): Promise<void>;
  saveFound(id: string, found: ImpactFound): Promise<void>;
  /** The first who stops it counts. */
  stop(id: string, by: string): Promise<void>;
  isStopped(id: string): Promise<boolean>;
  end(id: string, how: End["how"], why?: string): Promise<void>;
}

/** Of the history. */
const MOST = 500;

export function createBulkStore(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionDays: number;
}): BulkStore {
  const { redis, keys } = options;
  const keptSeconds = options.retentionDays * DAY_SECONDS;

  async function read(id: string): Promise<Bulk | undefined> {
    const fields = await redis.hgetall(keys.bulk(id));
    return fields.asked === undefined ? undefined : parseBulk(id, fields);
  }

  return {
    read,
    async add(id, what, mapping) {
      const oldest = Date.now() - keptSeconds * 1_000;
      await redis
        .multi()
        .hset(keys.bulk(id), { asked: JSON.stringify(what), ...(mapping !== undefined && { mapping }) })
        .expire(keys.bulk(id), keptSeconds)
        .zadd(keys.bulks, Date.parse(what.at), id)
        .zremrangebyscore(keys.bulks, "-inf", oldest)
        .zremrangebyrank(keys.bulks, 0, -MOST - 1)
        .expire(keys.bulks, keptSeconds)
        .exec();
    },
    mapping: async (id) => (await redis.hget(keys.bulk(id), "mapping")) ?? undefined,
    async keepPlan(id, plan) {
      await redis.set(keys.bulkPlan(id), compress(JSON.stringify(plan)), "EX", keptSeconds);
    },
    async plan(id) {
      const packed = await redis.getBuffer(keys.bulkPlan(id));
      return packed === null ? [] : plannedRepairs.parse(JSON.parse(decompress(packed)));
    },
    async newest({ offset, limit }) {
      const ids = await redis.zrange(keys.bulks, offset, String(offset + limit - 1), "REV");
      return (await Promise.all(ids.map(read))).filter((one) => one !== undefined);
    },
    async save(id, reached) {
      await redis.hset(keys.bulk(id), "progress", JSON.stringify(reached));
    },
    async saveFound(id, found) {
      await redis.hset(keys.bulk(id), "found", JSON.stringify(found));
    },
    async stop(id, by) {
      await redis.hsetnx(keys.bulk(id), "stop", JSON.stringify({ by, at: new Date().toISOString() }));
    },
    isStopped: async (id) => (await redis.hexists(keys.bulk(id), "stop")) === 1,
    async end(id, how, why) {
      const ended: End = { at: new Date().toISOString(), how, ...(why !== undefined && { why }) };
      await redis.multi().hsetnx(keys.bulk(id), "end", JSON.stringify(ended)).del(keys.bulkPlan(id)).exec();
    },
  };
}

const storedBulk = z.object({
  asked,
  progress: progress.optional(),
  stop: stop.optional(),
  end: end.optional(),
  found: impactFound.optional(),
});

/** @returns undefined for what a newer version wrote and this one does not know */
function parseBulk(id: string, fields: Readonly<Record<string, string>>): Bulk | undefined {
  const read = (field: string): unknown => (fields[field] === undefined ? undefined : JSON.parse(fields[field]));
  const known = storedBulk.safeParse(
    Object.fromEntries(Object.keys(storedBulk.shape).map((field) => [field, read(field)])),
  ).data;
  if (known === undefined) return undefined;
  return {
    id,
    ...known.asked,
    begun: known.progress !== undefined,
    progress: known.progress ?? NOTHING_YET,
    stop: known.stop,
    end: known.end,
    found: known.found,
  };
}

/** Of the total, what is over. */
export function overOf({ progress: { done, failed, leftOut } }: Pick<Bulk, "progress">): number {
  return done + failed + Object.values(leftOut).reduce((sum, one) => sum + one, 0);
}
