/**
 * Finds purchases that have been pending for a while and makes sure each has a job: the web process may have died
 * between storing a notification and queueing it, or Redis may have lost the last moments of the queue.
 */

import type { Place } from "../redis/in-order.ts";
import type { Inbox } from "./inbox.ts";
import { enqueue, type QueueSettings, type SyncQueue } from "./queues.ts";

const PENDING_MS = 5_000;
const PER_SWEEP = 1_000;

export interface SweeperOptions {
  readonly crm: string;
  readonly inbox: Pick<Inbox, "pending">;
  readonly queue: SyncQueue;
  readonly settings: QueueSettings;
}

/**
 * Of one CRM. Each sweep goes on where the one before ended, since behind a CRM that is paused far more may wait than one looks at,
 * and begins anew once all was looked at.
 *
 * @returns sweeps once. It answers how many purchases were given a job that had none
 */
export function createSweeper({ crm, inbox, queue, settings }: SweeperOptions): () => Promise<number> {
  let after: Place | undefined;
  return async () => {
    const pending = await inbox.pending(crm, PENDING_MS, { after, limit: PER_SWEEP });
    after = pending.length < PER_SWEEP ? undefined : pending.at(-1);
    const jobs = await Promise.all(pending.map(({ id }) => queue.getDeduplicationJobId(id)));
    const orphans = pending.flatMap(({ id }, index) => (jobs[index] === null ? [id] : []));
    if (orphans.length > 0) await enqueue(queue, orphans, settings);
    return orphans.length;
  };
}
