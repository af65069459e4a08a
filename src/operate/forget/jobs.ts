/** What BullMQ keeps of a person: jobs name their purchases, a job's result names the records, whose keys may be ids of people. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SyncQueue } from "../../inbox/queues.ts";
import type { RedisClient } from "../../redis/client.ts";

const JOBS_PER_STEP = 1_000;
const STATES = ["failed", "completed", "active", "waiting", "delayed", "prioritized"] as const;
/** The pass itself is over when its purchase is removed; what is left of its job is a moment. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 20;

/** @returns how many jobs there were */
export async function eraseJobs(
  { redis, dryRun }: { readonly redis: RedisClient; readonly dryRun: boolean },
  queue: SyncQueue,
  purchaseIds: ReadonlySet<string>,
): Promise<number> {
  const theirs = new Set<string>();
  for (const state of STATES) {
    for (let start = 0; ; start += JOBS_PER_STEP) {
      const jobs = await queue.getJobs([state], start, start + JOBS_PER_STEP - 1);
      // One that was removed meanwhile is listed as nothing.
      for (const job of jobs) if (purchaseIds.has(job?.data.purchaseId) && job.id !== undefined) theirs.add(job.id);
      if (jobs.length < JOBS_PER_STEP) break;
    }
  }
  if (dryRun) return theirs.size;
  for (const id of theirs) await removeJob(queue, id);
  // All of it: nothing of the service reads it, and an event of theirs says it in more ways than one.
  await redis.del(queue.toKey("events"));
  return theirs.size;
}

/** One that a worker holds cannot be removed. Where it is held for longer, a pass began anew and finds nothing to do. */
async function removeJob(queue: SyncQueue, id: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await queue.remove(id).catch(() => 0)) === 0 && Date.now() < deadline) {
    if ((await queue.getJob(id)) === undefined) return;
    await sleep(LOOK_MS);
  }
}
