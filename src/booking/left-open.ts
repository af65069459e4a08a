/** What a notification leaves open about whether bookings are cancelled, and BookingBug could be asked. */
import type { BookingChange, FoldArrival } from "./fold-types.ts";
import type { NotifiedBooking, PurchaseState } from "./types.ts";

/** The documented body, with which all callbacks come to one URL, says nothing of it: a cancellation repeats what is known. */
export function leavesOpen(
  state: PurchaseState,
  changes: readonly BookingChange[],
  { seq, route, notification }: FoldArrival,
): boolean {
  if (changes.some(({ kind }) => kind === "held") || state.holds.some((hold) => hold.seq === seq)) return true;
  const lifecycleOf = (id: string) => state.bookings[id]?.lifecycle;
  if (changes.some(({ bookingId, kind }) => kind === "cancelled" && isByAbsence(lifecycleOf(bookingId)))) return true;
  // Nor does what was read back ask anything.
  if (route !== "bookings" || notification.saysCancelled) return false;
  const unsaid = new Set(notification.bookings.filter((booking) => !saysWhether(booking)).map(({ id }) => id));
  return (
    changes.every(({ kind }) => kind === "repeated" || kind === "stale") &&
    changes.some(
      ({ bookingId, kind }) =>
        kind === "repeated" && unsaid.has(bookingId) && lifecycleOf(bookingId)?.status === "active",
    )
  );
}

/** Whether it says of itself that it is cancelled, or that it is not: a purchase's booking seldom does, an event's name does. */
export function saysWhether({ saysCancelled, shape, body }: NotifiedBooking): boolean {
  return saysCancelled || body.is_cancelled !== undefined || (shape === "jrni" && body.event !== undefined);
}

function isByAbsence(lifecycle: PurchaseState["bookings"][string]["lifecycle"] | undefined): boolean {
  return lifecycle?.status === "cancelled" && lifecycle.byAbsence === true;
}
