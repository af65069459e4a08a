/** What a cancellation means that names a booking, and says nothing of it: a question, of that booking alone. */
import type { BookingChange, FoldArrival } from "./fold-types.ts";
import { settleHolds } from "./holds.ts";
import { placeOf } from "./judge.ts";
import type { Hold, PurchaseState } from "./types.ts";

/** Folds one arrival into the state. One that was folded before, or names what is not active, asks nothing. */
export function foldNamed(
  known: PurchaseState,
  bookingId: string,
  arrival: Pick<FoldArrival, "seq" | "order">,
): { state: PurchaseState; changes: readonly BookingChange[] } {
  const { seq, order } = arrival;
  if (seq <= known.seq) return { state: known, changes: [] };
  if (known.bookings[bookingId]?.lifecycle.status !== "active") return { state: { ...known, seq }, changes: [] };
  const hold: Hold = { reason: "cancellation_unconfirmed", ...placeOf(arrival), bookingIds: [bookingId] };
  const changes = [{ bookingId, kind: "held" }] as const;
  // News: what was decided before it is not taken back any more.
  const { decided: _final, ...lasting } = known;
  return { state: { ...lasting, holds: settleHolds(known.holds, changes, hold, order), seq }, changes };
}
