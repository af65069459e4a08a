/**
 * Takes purchases off the failed list and out of the queue's failed jobs. What was kept of them because
 * of the failure stays for the retention from now on; the next notification of such a purchase brings all of it up to date.
 */
import { crmOf, type OperateDeps } from "./deps.ts";
import { inGroups, note } from "./note.ts";
import type { Chosen } from "./retry.ts";

type DismissDeps = Pick<OperateDeps, "crms" | "inbox" | "syncLog">;

/** @param chosen with the reason, which has no personal data. @throws UnknownCrmError */
export async function dismiss(
  deps: DismissDeps,
  { crm, purchaseIds, by, job, reason }: Chosen & { readonly reason: string },
): Promise<void> {
  await inGroups(purchaseIds, async (some) => {
    await note(deps, some, { crm, by, action: "dismiss", detail: reason, ...(job !== undefined && { job }) });
    await takeOff(deps, crm, some);
  });
}

/** Without a word in the timelines: for what is noted already. @throws UnknownCrmError */
export async function takeOff(deps: DismissDeps, crm: string, purchaseIds: readonly string[]): Promise<void> {
  const { queue, ledger } = crmOf(deps, crm);
  const letAge = async (): Promise<void> => {
    for (const purchaseId of purchaseIds) {
      const { state } = await ledger.load(purchaseId);
      await deps.inbox.dismiss(crm, purchaseId, ledger.secondsToKeep(state));
    }
  };
  await letAge();
  const jobIds = await deps.syncLog.failedJobs(crm, purchaseIds);
  await Promise.all([...jobIds.map((jobId) => queue.remove(jobId)), ...purchaseIds.map((id) => ledger.letGo(id))]);
  await deps.syncLog.unlist(crm, purchaseIds);
  // What a retry failed with in between was kept anew, since it was on the list.
  await letAge();
}
