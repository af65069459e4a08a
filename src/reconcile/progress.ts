/** How far a walk has come, in Redis: who is killed on page 800 goes on there, and remembers nothing else of what was before. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { hours } from "./hours.ts";

const count = z.int().nonnegative();

export const counts = z.object({
  /** Bookings that BookingBug listed, as often as it did; calendar blocks aside. */
  listed: count,
  /** Of them, those that are here as they are there. */
  known: count,
  missing: count,
  stale: count,
  cancelledThere: count,
  cancelledHere: count,
  /** Of what differs, what is on its way to the CRMs. */
  repaired: count,
  /** Somebody's who was forgotten. */
  forgotten: count,
  /** Something came of them each time they were read. */
  overtaken: count,
  notReadable: count,
  purchasesRead: count,
});
export type Counts = z.infer<typeof counts>;

const tally = z.object({
  counts,
  /** By CRM, the listed bookings that it has as BookingBug has them, with nothing of their purchase waiting. */
  inCrms: z.record(z.string(), count),
  /** What nothing ever told, by the hour of the change. */
  neverCame: hours,
});
export type Tally = z.infer<typeof tally>;

const progress = z.object({
  /** Of companies and windows together, in their order. */
  leg: count,
  page: z.int().positive(),
  /** Rows of the leg so far. */
  seen: count,
  /** What BookingBug first said that the leg has. */
  total: count.optional(),
  /** Bookings of the page before: one that comes again is a sign that pages shifted. */
  before: z.array(z.string()),
  hasShifted: z.boolean(),
  /** How the legs that ended were counted. */
  counted: z.enum(["exactly", "not_at_all", "otherwise"]),
  /** When the walk began: what was relative then stays so. */
  startedAt: z.string(),
  ...tally.shape,
});
export type Progress = z.infer<typeof progress>;

export interface ProgressStore {
  load(window: string): Promise<Progress | undefined>;
  save(window: string, progress: Progress): Promise<void>;
  end(window: string): Promise<void>;
}

export function createProgressStore({ redis, keys }: { redis: RedisClient; keys: Keys }): ProgressStore {
  return {
    async load(window) {
      const text = await redis.get(keys.walk(window));
      return text === null ? undefined : progress.safeParse(JSON.parse(text)).data;
    },
    async save(window, reached) {
      await redis.set(keys.walk(window), JSON.stringify(reached), "EX", DAY_SECONDS);
    },
    async end(window) {
      await redis.del(keys.walk(window));
    },
  };
}

export function beginning(now: Date): Progress {
  const none: Counts = {
    ...{ listed: 0, known: 0, missing: 0, stale: 0, cancelledThere: 0, cancelledHere: 0 },
    ...{ repaired: 0, forgotten: 0, overtaken: 0, notReadable: 0, purchasesRead: 0 },
  };
  return {
    leg: 0,
    page: 1,
    seen: 0,
    before: [],
    hasShifted: false,
    counted: "exactly",
    startedAt: now.toISOString(),
    counts: none,
    inCrms: {},
    neverCame: {},
  };
}
