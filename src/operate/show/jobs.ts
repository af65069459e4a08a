/** The BullMQ jobs that concern a purchase. */
import type { SyncQueue } from "../../inbox/queues.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { SyncLog } from "../../synclog/sync-log.ts";

export interface ShownJob {
  readonly id: string;
  /** BullMQ's word. */
  readonly state: string;
  readonly attemptsMade: number;
  readonly attempts: number;
  /** ISO UTC, while it sits out a delay. */
  readonly nextTry?: string;
  /** ISO UTC. */
  readonly endedAt?: string;
}

/** BullMQ multiplies the time a delayed job is due by this, to keep jobs of one moment in order. */
const DELAYED_SCORE = 0x1000;

/** @returns the one that will look at the purchase next, and those that failed for good and are still listed */
export async function jobsOf(
  deps: { readonly redis: RedisClient; readonly syncLog: SyncLog },
  { crm, queue }: { readonly crm: string; readonly queue: SyncQueue },
  purchaseId: string,
): Promise<readonly ShownJob[]> {
  const [next, failed] = await Promise.all([
    queue.getDeduplicationJobId(purchaseId),
    deps.syncLog.failedJobs(crm, [purchaseId]),
  ]);
  const ids = new Set([...(next === null ? [] : [next]), ...failed]);
  const jobs = await Promise.all([...ids].map((id) => readJob(deps.redis, queue, id)));
  return jobs.filter((job) => job !== undefined);
}

async function readJob(redis: RedisClient, queue: SyncQueue, id: string): Promise<ShownJob | undefined> {
  const job = await queue.getJob(id);
  if (job === undefined) return undefined;
  const [state, due] = await Promise.all([job.getState(), redis.zscore(queue.toKey("delayed"), id)]);
  return {
    id,
    state,
    attemptsMade: job.attemptsMade,
    attempts: job.opts.attempts ?? 1,
    ...(due !== null && { nextTry: iso(Math.floor(Number(due) / DELAYED_SCORE)) }),
    ...(job.finishedOn !== undefined && { endedAt: iso(job.finishedOn) }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
