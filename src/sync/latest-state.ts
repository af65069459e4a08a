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
  let state = known;
  const history = known === undefined ? await inbox.history(purchaseId) : [];
  for (const arrival of history) state = foldArrival(policy, purchaseId, state, arrival).state;
  for await (const arrival of inbox.walk(purchaseId, known?.seq ?? 0)) {
    state = foldArrival(policy, purchaseId, state, arrival).state;
  }
  return state;
}
