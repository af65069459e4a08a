import type { Inbox } from "../inbox/inbox.ts";
import { enqueue, type QueueSettings, type SyncQueue } from "../inbox/queues.ts";
import type { PassDeps } from "./pass.ts";

/** Has purchases looked at although nothing new came for them. */
export function createLookAgain(deps: {
  readonly crm: string;
  readonly inbox: Inbox;
  readonly queue: SyncQueue;
  readonly queueSettings: QueueSettings;
}): PassDeps["lookAgain"] {
  const { crm, inbox, queue, queueSettings } = deps;
  return async (purchaseIds) => {
    for (const purchaseId of purchaseIds) await inbox.reopen(crm, purchaseId);
    if (purchaseIds.length > 0) await enqueue(queue, purchaseIds, queueSettings);
  };
}
