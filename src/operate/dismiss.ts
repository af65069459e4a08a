/**
 * Takes purchases off the failed list and out of the queue's failed jobs. What was kept of them because
 * of the failure stays for the retention from now on; the next notification of such a purchase brings all of it up to date.
 */
import { crmOf, type OperateDeps } from "./deps.ts";
import { inGroups, note } from "./note.ts";
import type { Chosen } from "./retry.ts";

/** @param chosen with the reason, which has no personal data. @throws UnknownCrmError */
export async function dismiss(
  deps: Pick<OperateDeps, "crms" | "inbox" | "syncLog">,
  { crm, purchaseIds, by, reason }: Chosen & { readonly reason: string },
): Promise<void> {
  const { queue, ledger } = crmOf(deps, crm);
  await inGroups(purchaseIds, async (some) => {
    await note(deps, some, { crm, by, action: "dismiss", detail: reason });
    for (const purchaseId of some) {
      const { state } = await ledger.load(purchaseId);
      await deps.inbox.dismiss(crm, purchaseId, ledger.secondsToKeep(state));
    }
    const jobIds = await deps.syncLog.failedJobs(crm, some);
    await Promise.all([...jobIds.map((jobId) => queue.remove(jobId)), ...some.map((id) => ledger.letGo(id))]);
    await deps.syncLog.unlist(crm, some);
  });
}
