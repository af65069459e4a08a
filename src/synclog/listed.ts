/** A purchase in a list by time. */
import { pairsOf } from "../redis/pairs.ts";

export interface ListedPurchase {
  readonly purchaseId: string;
  /** ISO UTC. */
  readonly at: string;
}

/** @param flat members and their scores in milliseconds, in turn, as Redis answers WITHSCORES */
export function listed(flat: readonly string[]): ListedPurchase[] {
  return pairsOf(flat).map(([purchaseId, score]) => ({ purchaseId, at: new Date(Number(score)).toISOString() }));
}
