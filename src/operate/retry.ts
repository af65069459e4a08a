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
  /** The job on many that it is part of. */
  readonly job?: string;
}

type RetryDeps = Pick<OperateDeps, "crms" | "setApart" | "syncLog" | "queueSettings">;

/** @throws UnknownCrmError */
export async function retry(deps: RetryDeps, { crm, purchaseIds, by, job }: Chosen): Promise<void> {
  await inGroups(purchaseIds, async (some) => {
    await note(deps, some, { crm, by, action: "retry", ...(job !== undefined && { job }) });
    await queueAgain(deps, crm, some);
  });
}

/** Without a word in the timelines: for what is noted already. @throws UnknownCrmError */
export async function queueAgain(deps: RetryDeps, crm: string, purchaseIds: readonly string[]): Promise<void> {
  const { queue, ledger } = crmOf(deps, crm);
  const jobIds = await deps.syncLog.failedJobs(crm, purchaseIds);
  await Promise.all(jobIds.map((jobId) => queue.remove(jobId)));
  await deps.setApart.letGo(crm, purchaseIds);
  await Promise.all(purchaseIds.map((purchaseId) => ledger.askAgain(purchaseId)));
  await enqueue(queue, purchaseIds, deps.queueSettings);
}
