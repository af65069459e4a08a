/**
 * Brings purchases up to date once more, what the CRM refused and was left out included: somebody may have mended it there. They
 * stay on the failed list until that has succeeded.
 */
import { enqueue } from "../inbox/queues.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { inGroups, note } from "./note.ts";

export interface Chosen {
  readonly crm: string;
  readonly purchaseIds: readonly string[];
  /** Who did it. */
  readonly by: string;
}

/** @throws UnknownCrmError */
export async function retry(
  deps: Pick<OperateDeps, "crms" | "setApart" | "syncLog" | "queueSettings">,
  { crm, purchaseIds, by }: Chosen,
): Promise<void> {
  const { queue, ledger } = crmOf(deps, crm);
  await inGroups(purchaseIds, async (some) => {
    await note(deps, some, { crm, by, action: "retry" });
    const jobIds = await deps.syncLog.failedJobs(crm, some);
    await Promise.all(jobIds.map((jobId) => queue.remove(jobId)));
    await deps.setApart.letGo(crm, some);
    await Promise.all(some.map((purchaseId) => ledger.askAgain(purchaseId)));
    await enqueue(queue, some, deps.queueSettings);
  });
}
