/**
 * The BullMQ queues, one per CRM. A job says only which purchase to bring up to date; what to write is in the inbox
 * and the ledger. Jobs are deduplicated by purchase: while one waits, adding again changes nothing; while one is
 * active, one follow-up runs after it; while one sits out a backoff, it is pulled forward (`reschedule`), because a
 * cancellation should not wait behind an old error.
 */

import { type JobsOptions, Queue, type Telemetry } from "bullmq";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

const JOB_NAME = "bring-up-to-date";

export const jobData = z.object({
  purchaseId: z.string(),
  /** When the CRM last left the job's pass without an answer. */
  failedAt: z.number().optional(),
  /** How often the job had been taken over from a worker that went down when it last showed that it was not to blame. */
  standstills: z.number().optional(),
});
export type JobData = z.infer<typeof jobData>;

export type SyncQueue = Queue<JobData>;

export interface QueueSettings {
  /** Tries before a job that could still heal counts as failed. */
  readonly attempts: number;
  /** Days that failed jobs stay on the dashboard. */
  readonly failedDays: number;
  /** A job with one comes after all that have none, the lowest number first. */
  readonly priority?: number;
  /** Milliseconds: jobs that are not urgent start together, so often, and share their calls. */
  readonly togetherEveryMs?: number;
}

export function queueName(crm: string): string {
  return `sync-${crm}`;
}

const COMPLETED_KEPT = { age: DAY_SECONDS, count: 1_000 };
const FAILED_KEPT_COUNT = 50_000;
/** BullMQ tells of what its queues do; nobody here listens, and what it tells names jobs and purchases. */
const EVENTS_KEPT = 1_000;
const EVENTS_KEPT_MS = DAY_SECONDS * 1000;

/** How a job is added; the same for the receiver, the sweeper and replay. */
function jobOptions(purchaseId: string, settings: QueueSettings): JobsOptions {
  const { attempts, priority, togetherEveryMs } = settings;
  return {
    attempts,
    ...(priority !== undefined && { priority }),
    ...(togetherEveryMs !== undefined && { delay: togetherEveryMs - (Date.now() % togetherEveryMs) }),
    backoff: { type: "custom" },
    removeOnComplete: COMPLETED_KEPT,
    removeOnFail: { age: settings.failedDays * DAY_SECONDS, count: FAILED_KEPT_COUNT },
    stackTraceLimit: 3,
    deduplication: { id: purchaseId, keepLastIfActive: true, reschedule: true },
  };
}

/** @param telemetry traces jobs from where they are added to where they are done */
export function createQueue(crm: string, redis: RedisClient, keys: Keys, telemetry?: Telemetry): SyncQueue {
  return new Queue<JobData>(queueName(crm), {
    connection: redis,
    prefix: keys.prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
    ...(telemetry && { telemetry }),
  });
}

/** The queue of a CRM that is configured no longer, or never was; opening it writes nothing. */
export function openFormerQueue(crm: string, redis: RedisClient, keys: Keys): SyncQueue {
  return new Queue<JobData>(queueName(crm), { connection: redis, prefix: keys.prefix, skipMetasUpdate: true });
}

/** BullMQ bounds their number, not their age. */
export async function dropOldEvents(redis: RedisClient, queue: SyncQueue): Promise<void> {
  await redis.xtrim(queue.toKey("events"), "MINID", String(Date.now() - EVENTS_KEPT_MS));
}

/** Adds a job for each purchase in one round trip. */
export async function enqueue(
  queue: SyncQueue,
  purchaseIds: readonly string[],
  settings: QueueSettings,
): Promise<void> {
  await queue.addBulk(
    purchaseIds.map((purchaseId) => ({
      name: JOB_NAME,
      data: { purchaseId },
      opts: jobOptions(purchaseId, settings),
    })),
  );
}
