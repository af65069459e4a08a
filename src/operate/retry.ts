/** What an operator does about failures. Each action is written in the purchase's timeline. */
import { enqueue, type QueueSettings, type SyncQueue } from "../inbox/queues.ts";
import type { ActionEntry } from "../synclog/entries.ts";
import type { SyncLog } from "../synclog/sync-log.ts";

export interface Operate {
  /** Brings purchases up to date once more. They stay on the failed list until that has succeeded. */
  retry(crm: string, purchaseIds: readonly string[], by: string): Promise<void>;
  /**
   * Takes purchases off the failed list and out of the queue's failed jobs. The notifications stay for the retention; the
   * next one of such a purchase brings all of it up to date.
   *
   * @param reason without personal data
   */
  dismiss(crm: string, purchaseIds: readonly string[], by: string, reason: string): Promise<void>;
  /** Writes down what was done by other means, such as picking a record. */
  note(purchaseId: string, action: Omit<ActionEntry, "kind" | "at">): Promise<void>;
}

const AT_ONCE = 200;

export function createOperate(options: {
  readonly syncLog: SyncLog;
  readonly queues: ReadonlyMap<string, SyncQueue>;
  readonly settings: QueueSettings;
}): Operate {
  const { syncLog, queues, settings } = options;

  function queueOf(crm: string): SyncQueue {
    const queue = queues.get(crm);
    if (queue === undefined) throw new Error(`There is no queue for ${crm}.`);
    return queue;
  }

  function note(purchaseIds: readonly string[], action: Omit<ActionEntry, "kind" | "at">): Promise<void> {
    return syncLog.recordAction(purchaseIds, { kind: "action", at: new Date().toISOString(), ...action });
  }

  return {
    note: (purchaseId, action) => note([purchaseId], action),

    async retry(crm, purchaseIds, by) {
      const queue = queueOf(crm);
      for (const some of chunks(purchaseIds)) {
        await note(some, { crm, by, action: "retry" });
        const jobIds = await syncLog.failedJobs(crm, some);
        await Promise.all(jobIds.map((jobId) => queue.remove(jobId)));
        await enqueue(queue, some, settings);
      }
    },

    async dismiss(crm, purchaseIds, by, reason) {
      const queue = queueOf(crm);
      for (const some of chunks(purchaseIds)) {
        await note(some, { crm, by, action: "dismiss", detail: reason });
        const jobIds = await syncLog.unlist(crm, some);
        await Promise.all(jobIds.map((jobId) => queue.remove(jobId)));
      }
    },
  };
}

function chunks(all: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, index) =>
    all.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );
}
