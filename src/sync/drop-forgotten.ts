/** What came for somebody while they were being forgotten is removed by the pass that would have written it. */
import { peopleNamedIn } from "../booking/people.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { Suppression } from "../inbox/suppression.ts";
import { RECEIVER } from "../stats/buckets.ts";
import type { Counters } from "../stats/counters.ts";
import { type EraseDeps, erasePurchase } from "./erase-purchase.ts";

/**
 * The other CRMs' passes need not be waited for: one that began before the person was put on the list is waited for by who forgets
 * them, and any other does the same as this one.
 */
export function createDropForgotten(
  deps: EraseDeps & { readonly suppression: Pick<Suppression, "wanted">; readonly counters: Pick<Counters, "count"> },
): (state: PurchaseState) => Promise<boolean> {
  return async (state) => {
    const { purchaseId, bookings } = state;
    const wanted = await deps.suppression.wanted([state], (said) =>
      peopleNamedIn({ ...said, bookings: Object.values(said.bookings) }),
    );
    if (wanted.length > 0) return false;
    await erasePurchase(deps, purchaseId, Object.keys(bookings));
    deps.counters.count(RECEIVER, "suppressed");
    return true;
  };
}
