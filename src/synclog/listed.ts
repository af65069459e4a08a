/** A purchase in a list by time. */

export interface ListedPurchase {
  readonly purchaseId: string;
  /** ISO UTC. */
  readonly at: string;
}

/** @param flat members and their scores in milliseconds, in turn, as Redis answers WITHSCORES */
export function listed(flat: readonly string[]): ListedPurchase[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => ({
    purchaseId: flat[index * 2] ?? "",
    at: new Date(Number(flat[index * 2 + 1])).toISOString(),
  }));
}
