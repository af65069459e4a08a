/** The queue of walks that nobody asks for: those of the schedule, and one after a time in which nobody took notifications in. */
import { type JobsOptions, Queue } from "bullmq";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { Absence } from "../stats/presence.ts";

export const WALKS = "reconcile";

/** What a job says of its walk; those of the schedule say nothing. */
export interface WalkJob {
  /** Because a web process started after a time without one. */
  readonly by?: "start";
  /** It goes back for so long, and for as long as each walk does. */
  readonly lastMs?: number;
}
export type WalkQueue = Queue<WalkJob>;

const KEPT = { age: 30 * 86_400, count: 100 };
export const KEEP: JobsOptions = { removeOnComplete: KEPT, removeOnFail: KEPT };

const HOUR_MS = 3_600_000;

export function createWalkQueue(redis: RedisClient, keys: Keys, onError: (error: unknown) => void): WalkQueue {
  const queue: WalkQueue = new Queue(WALKS, { connection: redis, prefix: keys.prefix });
  queue.on("error", onError);
  return queue;
}

/**
 * One walk, an hour after the absence ended: BookingBug may still be posting what it held back, and callbacks are cheaper than
 * questions. However many processes ask for it, it is one.
 */
export async function walkAfter(queue: WalkQueue, { from, to }: Absence): Promise<void> {
  const ended = Date.parse(to);
  const delay = ended + HOUR_MS - Date.now();
  if (delay < 0) return;
  const lastMs = ended - Date.parse(from) + HOUR_MS;
  await queue.add(WALKS, { by: "start", lastMs }, { ...KEEP, delay, jobId: `after-${ended}` });
}
