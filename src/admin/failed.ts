/** What a button on the failed pages is about: one purchase, a cause, or everything of a CRM. */
import { failedPurchases } from "../operate/select.ts";
import { type AdminDeps, knownCrm } from "./deps.ts";
import { PageError, type PageRequest } from "./page.ts";

export interface ChosenOnPage {
  readonly crm: string;
  readonly purchaseIds: readonly string[];
}

/** @throws PageError when the form names nothing that is still on the list */
export async function chosenOf(
  deps: AdminDeps,
  form: URLSearchParams,
  concerns: PageRequest["concerns"],
): Promise<ChosenOnPage> {
  const { crm } = knownCrm(deps, form.get("crm"));
  const purchaseId = form.get("purchase");
  const cause = form.get("cause") ?? undefined;
  const purchaseIds = purchaseId !== null ? [purchaseId] : await failedPurchases(deps.syncLog, crm, cause);
  concerns({ crm, purchases: purchaseIds.length, ...(purchaseId !== null && { purchase: purchaseId }) });
  if (purchaseIds.length > 0) {
    if (cause !== undefined) concerns({ cause });
    return { crm, purchaseIds };
  }
  throw new PageError(409, "Nothing of this is on the list any more: it was mended or dismissed meanwhile.");
}
