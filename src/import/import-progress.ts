/** How far an import has come, in Redis: who is killed goes on with the next purchase of the plan. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

/**
 * Why a purchase was not stored. `came`: a callback brought it meanwhile. `changed`: what was planned of it is cancelled by now, or
 * gone. `overtaken`: callbacks came each time it was read.
 */
export const NOT_STORED = ["came", "changed", "forgotten", "overtaken", "unreadable"] as const;
export type NotStored = (typeof NOT_STORED)[number];

const count = z.int().nonnegative();
const progress = z.object({
  /** Purchases of the plan that were seen to. */
  done: count,
  stored: count,
  notStored: z.record(z.enum(NOT_STORED), count),
  /** The first of them, by number. */
  named: z.array(z.object({ purchaseId: z.string(), why: z.enum(NOT_STORED) })),
});
export type ImportProgress = Readonly<z.infer<typeof progress>>;

export const NOTHING_DONE: ImportProgress = {
  done: 0,
  stored: 0,
  notStored: { came: 0, changed: 0, forgotten: 0, overtaken: 0, unreadable: 0 },
  named: [],
};

const NAMED = 20;

export function after(before: ImportProgress, purchaseId: string, outcome: "stored" | NotStored): ImportProgress {
  const done = before.done + 1;
  if (outcome === "stored") return { ...before, done, stored: before.stored + 1 };
  const notStored = { ...before.notStored, [outcome]: before.notStored[outcome] + 1 };
  const named = before.named.length < NAMED ? [...before.named, { purchaseId, why: outcome }] : before.named;
  return { ...before, done, notStored, named };
}

export interface ImportProgressStore {
  load(plan: string): Promise<ImportProgress | undefined>;
  save(plan: string, reached: ImportProgress): Promise<void>;
}

/** A plan is good for a day, and so is where it stood: twice that, for one that began late. */
const KEPT_SECONDS = 2 * DAY_SECONDS;

export function createImportProgress({ redis, keys }: { redis: RedisClient; keys: Keys }): ImportProgressStore {
  return {
    async load(plan) {
      const text = await redis.get(keys.walk(plan));
      return text === null ? undefined : progress.safeParse(JSON.parse(text)).data;
    },
    async save(plan, reached) {
      await redis.set(keys.walk(plan), JSON.stringify(reached), "EX", KEPT_SECONDS);
    },
  };
}
