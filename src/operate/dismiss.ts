/**
 * Takes purchases off the failed list and out of the queue's failed jobs. The notifications stay for the retention; the
 * next one of such a purchase brings all of it up to date.
 */
import { crmOf, type OperateDeps } from "./deps.ts";
import { inGroups, note } from "./note.ts";
import type { Chosen } from "./retry.ts";

/** @param chosen with the reason, which has no personal data. @throws UnknownCrmError */
export async function dismiss(
  deps: Pick<OperateDeps, "crms" | "syncLog">,
  { crm, purchaseIds, by, reason }: Chosen & { readonly reason: string },
): Promise<void> {
  const { queue, ledger } = crmOf(deps, crm);
  await inGroups(purchaseIds, async (some) => {
    await note(deps, some, { crm, by, action: "dismiss", detail: reason });
    const jobIds = await deps.syncLog.unlist(crm, some);
    await Promise.all([...jobIds.map((jobId) => queue.remove(jobId)), ...some.map((id) => ledger.letGo(id))]);
  });
}
