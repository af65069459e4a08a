/** What is known of a purchase, the notifications that wait included, without changing anything. */
import type { FoldPolicy } from "../booking/fold.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { foldArrival } from "./fold-arrivals.ts";
import type { Ledger } from "./ledger.ts";

/** @returns undefined when the purchase is not known, or no longer */
export async function latestState(
  deps: { readonly inbox: Inbox; readonly ledger: Ledger; readonly policy: FoldPolicy },
  purchaseId: string,
): Promise<PurchaseState | undefined> {
  const { inbox, ledger, policy } = deps;
  const { state: known } = await ledger.load(purchaseId);
  const history = known === undefined ? await inbox.history(purchaseId) : [];
  const arrivals = [...history, ...(await inbox.read(purchaseId, known?.seq ?? 0))];
  return arrivals.reduce((state, arrival) => foldArrival(policy, purchaseId, state, arrival).state, known);
}
