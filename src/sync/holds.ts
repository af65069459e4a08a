/** What waits for a person's decision, as errors of the pass. */
import type { PurchaseState } from "../booking/types.ts";
import { HeldError } from "./failures.ts";

const HOLD_SENTENCES = {
  cancellation_ambiguous:
    "BookingBug reported a cancellation without saying which of several bookings is cancelled. Next: look the purchase up " +
    "in BookingBug, then decide for each booking, or set UNFLAGGED_CANCELLATION to `listed` or `missing`.",
  absent_from_notification:
    "A future booking is missing from BookingBug's newest notification of its purchase. Next: look it up in BookingBug, " +
    "then decide whether it is cancelled, or set ABSENT_BOOKING to `cancel`.",
} as const;

/** With the bookings in question. */
export function holdsOf({ holds }: PurchaseState): { bookingIds: readonly string[]; error: HeldError }[] {
  return holds.map(({ reason, bookingIds }) => ({
    bookingIds,
    error: new HeldError(HOLD_SENTENCES[reason], { reason, bookingIds: [...bookingIds] }),
  }));
}
