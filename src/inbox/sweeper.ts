/**
 * Finds purchases that have been pending for a while and makes sure each has a job: the web process may have died
 * between storing a notification and queueing it, or Redis may have lost the last moments of the queue.
 */

import type { Inbox } from "./inbox.ts";
import { enqueue, type QueueSettings, type SyncQueue } from "./queues.ts";

const PENDING_MS = 5_000;
const PER_SWEEP = 1_000;

/** One pass for one CRM. @returns how many purchases were given a job that had none */
export async function sweep(options: {
  readonly crm: string;
  readonly inbox: Inbox;
  readonly queue: SyncQueue;
  readonly settings: QueueSettings;
}): Promise<number> {
  const pending = await options.inbox.pending(options.crm, PENDING_MS, PER_SWEEP);
  const orphans: string[] = [];
  for (const purchaseId of pending) {
    const jobId = await options.queue.getDeduplicationJobId(purchaseId);
    if (jobId === null) orphans.push(purchaseId);
  }
  if (orphans.length > 0) await enqueue(options.queue, orphans, options.settings);
  return orphans.length;
}
