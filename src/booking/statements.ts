/** How new what is known of a purchase's people and companies is: by the order of the arrival that said it. */
import type { PurchaseState } from "./types.ts";

/** What a shared record is about. */
export type StatedOf = "person" | "company" | "purchase";

/** @returns for each the order of the newest statement; a state of an earlier version counts as stated when it was last folded */
export function statementOrders(state: PurchaseState): Readonly<Record<StatedOf, number>> {
  const { stated = {}, seq } = state;
  const newest = (...orders: (number | undefined)[]): number => {
    const known = orders.filter((order) => order !== undefined);
    return known.length === 0 ? seq : Math.max(...known);
  };
  return {
    person: newest(stated.client, stated.member),
    company: newest(stated.company),
    // Counts of its bookings change with each of them.
    purchase: seq,
  };
}
