/** The walks that ended, in Redis: the newest of them, for as long as notifications are kept. No personal data is in them. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { counts } from "./progress.ts";

/** Why a notification can have stayed away in an hour; several may be true of one. */
const why = z.enum(["down", "refused", "quarantined", "not_noted", "never_posted"]);

const never = z.object({
  /** Its beginning, ISO UTC; absent where BookingBug does not say it. */
  hour: z.string().optional(),
  count: z.int().positive(),
  why: z.array(why),
});
/** Notifications that never came, of one hour. */
export type NeverCame = z.infer<typeof never>;

const window = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("changed"), lastMs: z.number() }),
  z.object({ kind: z.literal("dates"), from: z.string(), to: z.string() }),
]);
const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["complete", "uncounted", "shifted"]) }),
  z.object({ kind: z.literal("broke_off"), why: z.string() }),
]);

const walk = z.object({
  /** By schedule, after a time without a web process, or because somebody ran the command. */
  by: z.enum(["schedule", "start", "command"]),
  /** ISO UTC; of the walk that was resumed, where it was. */
  startedAt: z.string(),
  endedAt: z.string(),
  companies: z.array(z.string()),
  windows: z.array(window),
  outcome,
  resumed: z.boolean(),
  counts,
  /** By CRM, the listed bookings that it had as BookingBug has them. */
  inCrms: z.record(z.string(), z.int().nonnegative()),
  /** Oldest hour first. */
  neverCame: z.array(never),
});
export type Walk = z.infer<typeof walk>;

export interface History {
  note(walk: Walk): Promise<void>;
  /** Newest first. */
  newest(limit?: number): Promise<readonly Walk[]>;
}

const MOST_WALKS = 50;

export function createHistory(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionDays: number;
}): History {
  const { redis, keys } = options;
  const keptSeconds = options.retentionDays * DAY_SECONDS;
  const oldest = (): number => Date.now() - keptSeconds * 1_000;
  return {
    async note(ended) {
      await redis
        .multi()
        .zadd(keys.walks, Date.parse(ended.endedAt), JSON.stringify(ended))
        .zremrangebyscore(keys.walks, "-inf", oldest())
        .zremrangebyrank(keys.walks, 0, -MOST_WALKS - 1)
        .expire(keys.walks, keptSeconds)
        .exec();
    },
    async newest(limit = MOST_WALKS) {
      const texts = await redis.zrange(keys.walks, "+inf", String(oldest()), "BYSCORE", "REV", "LIMIT", 0, limit);
      // One of another version is left out.
      return texts.flatMap((text) => walk.safeParse(JSON.parse(text)).data ?? []);
    },
  };
}

/** How many notifications a walk told of for the first time. */
export function neverCameIn({ neverCame }: Walk): number {
  return neverCame.reduce((sum, { count }) => sum + count, 0);
}
