/**
 * What a notification means, given what was known before. BookingBug sends no event name, so the change is derived per
 * booking from the URL it was posted to, from what the body says and from the known state. Pure and deterministic.
 */
import { cancel, foldBooking } from "./fold-booking.ts";
import type { BookingChange, FoldArrival, FoldPolicy } from "./fold-types.ts";
import { settleHolds } from "./holds.ts";
import { ids, judge, type Verdict } from "./judge.ts";
import { saysWhether } from "./left-open.ts";
import { isOlderByClock, orderOf, statedOrder } from "./newness.ts";
import type { BookingState, NotifiedBooking, PurchaseState, Stated } from "./types.ts";

export type { BookingChange, FoldArrival, FoldPolicy } from "./fold-types.ts";

/** Folds one arrival into the state. An arrival that was folded before changes nothing. */
export function foldNotification(
  state: PurchaseState | undefined,
  arrival: FoldArrival,
  policy: FoldPolicy,
): { state: PurchaseState; changes: readonly BookingChange[] } {
  const known = state ?? emptyState(arrival.notification.purchaseId);
  if (arrival.seq <= known.seq) return { state: known, changes: [] };

  const listed = arrival.notification.bookings.filter((booking) => !booking.isBlock);
  const verdict = judge(known, listed, arrival, policy);
  const folded = apply(known, listed, verdict, arrival);
  // News: what was decided before it is not taken back any more.
  const { decided: _final, ...lasting } = known;
  return {
    state: {
      ...lasting,
      ...describe(known, arrival),
      bookings: folded.bookings,
      ...(verdict.early && { cancelledEarly: verdict.early }),
      holds: settleHolds(known.holds, folded.changes, verdict.hold, arrival.order, answersIn(listed, arrival)),
      seq: arrival.seq,
    },
    changes: folded.changes,
  };
}

function apply(
  known: PurchaseState,
  listed: readonly NotifiedBooking[],
  verdict: Verdict,
  arrival: FoldArrival,
): { bookings: Record<string, BookingState>; changes: BookingChange[] } {
  const bookings: Record<string, BookingState> = { ...known.bookings };
  const changes: BookingChange[] = [];
  const listedIds = ids(listed);
  for (const booking of listed) {
    if (verdict.untouched.has(booking.id)) {
      changes.push({ bookingId: booking.id, kind: "held" });
      continue;
    }
    const cancels = verdict.cancelled.has(booking.id);
    const { state, kind } = foldBooking(known.bookings[booking.id], booking, cancels, arrival);
    const order = Math.max(orderOf(known.bookings[booking.id]), arrival.order);
    bookings[booking.id] = { ...state, order };
    const isConfirmed =
      kind === "repeated" && isAsked(known, booking.id) && answersIn([booking], arrival)?.has(booking.id);
    changes.push({ bookingId: booking.id, kind: isConfirmed ? "confirmed" : kind });
  }
  for (const id of verdict.cancelled) {
    const absent = known.bookings[id];
    if (absent === undefined || listedIds.has(id)) continue;
    const kind = absent.lifecycle.status === "cancelled" ? "repeated" : "cancelled";
    bookings[id] = cancel(absent, arrival, verdict.byAbsence && { byAbsence: true });
    changes.push({ bookingId: id, kind });
  }
  return { bookings, changes };
}

/** Of what was read back, the bookings of which it says whether they are cancelled: what is only listed is no answer. */
function answersIn(listed: readonly NotifiedBooking[], { route }: FoldArrival): ReadonlySet<string> | undefined {
  return route === "read_back" ? ids(listed.filter(saysWhether)) : undefined;
}

function isAsked({ holds }: PurchaseState, id: string): boolean {
  return holds.some(({ bookingIds }) => bookingIds.includes(id));
}

/**
 * What the notification newly says of the purchase and its people. What came later of a booking alone said nothing of them:
 * each has an order of its own.
 */
function describe(known: PurchaseState, { notification, order }: FoldArrival): Partial<PurchaseState> {
  if (notification.bookings.some((booking) => isOlderByClock(booking, known.bookings[booking.id]))) return {};
  const { client, member, company, purchase } = notification;
  const fuller = notification.shape === "purchase" || Object.keys(known.purchase).length === 0;
  const told = {
    ...(fuller && Object.keys(purchase).length > 0 && { purchase }),
    ...(client && (fuller || !known.client) && { client }),
    ...(member && (fuller || !known.member) && { member }),
    ...(company && { company }),
  };
  const fresh = Object.entries(told).filter(([what]) => order >= statedOrder(known, what as keyof Stated));
  const stated = Object.fromEntries(fresh.map(([what]) => [what, order]));
  return { ...Object.fromEntries(fresh), stated: { ...known.stated, ...stated } };
}

function emptyState(purchaseId: string): PurchaseState {
  return { purchaseId, bookings: {}, purchase: {}, holds: [], seq: 0 };
}
