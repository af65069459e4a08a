/** Counts what BookingBug was answered. */
import { RECEIVER } from "../stats/buckets.ts";
import type { Counters } from "../stats/counters.ts";
import type { Receipt } from "./receive.ts";

export function createReceiptCounter({ count }: Pick<Counters, "count">): (receipt: Receipt) => void {
  return (receipt) => {
    switch (receipt.outcome) {
      case "stored":
        if (receipt.suppressed > 0) count(RECEIVER, "suppressed", receipt.suppressed);
        return count(RECEIVER, "received", receipt.purchaseIds.length);
      case "asked":
        return count(RECEIVER, "received");
      case "ignored":
        return count(RECEIVER, "ignored");
      case "quarantined":
        return count(RECEIVER, "quarantined");
    }
  };
}
