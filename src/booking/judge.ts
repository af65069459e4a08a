/** Which bookings a notification cancels, and what it leaves for a person to decide. */
import type { FoldArrival, FoldPolicy } from "./fold-types.ts";
import { digestOf } from "./holds.ts";
import { isOlder, orderOf } from "./newness.ts";
import type { EarlyCancellation, Hold, NotifiedBooking, PurchaseState } from "./types.ts";

/** Which bookings the notification cancels, which it says nothing reliable about, and what a person must decide. */
export interface Verdict {
  readonly cancelled: ReadonlySet<string>;
  /** Listed bookings that are left as they are. */
  readonly untouched: ReadonlySet<string>;
  readonly hold?: Hold;
  /** Those that it does not list are cancelled for no other reason. */
  readonly byAbsence?: true;
  /** What it cancels is not known yet. */
  readonly early?: EarlyCancellation;
}

export function judge(
  known: PurchaseState,
  listed: readonly NotifiedBooking[],
  arrival: FoldArrival,
  policy: FoldPolicy,
): Verdict {
  const { notification, route } = arrival;
  if (route === "read_back") return judgeReadBack(listed);
  const flagged = ids(listed.filter((booking) => booking.saysCancelled || wasCancelled(known, booking)));
  if (route === "cancellations" || notification.saysCancelled) {
    if (flagged.size > 0) return { cancelled: flagged, untouched: new Set() };
    return judgeUnflagged(known, listed, arrival, policy);
  }
  const absent = notification.shape === "purchase" ? absentFuture(known, listed, arrival) : [];
  if (absent.length === 0) return { cancelled: flagged, untouched: new Set() };
  if (policy.absent === "cancel")
    return { cancelled: new Set([...flagged, ...absent]), untouched: new Set(), byAbsence: true };
  const hold: Hold = { reason: "absent_from_notification", ...placeOf(arrival), bookingIds: absent };
  return { cancelled: flagged, untouched: new Set(), hold };
}

/** BookingBug was asked, and cancels what it says is cancelled: what it leaves out, it says nothing of. */
function judgeReadBack(listed: readonly NotifiedBooking[]): Verdict {
  return { cancelled: ids(listed.filter(({ saysCancelled }) => saysCancelled)), untouched: new Set() };
}

/** On the cancellation URL, with no booking marked as cancelled. */
function judgeUnflagged(
  known: PurchaseState,
  listed: readonly NotifiedBooking[],
  arrival: FoldArrival,
  policy: FoldPolicy,
): Verdict {
  const knownIds = Object.keys(known.bookings);
  const listedIds = ids(listed);
  if (knownIds.length === 0 && (listed.length === 0 || policy.unflaggedCancellation === "missing")) {
    return judgeUnknown(listed, arrival);
  }
  const missing = knownIds.filter((id) => !listedIds.has(id));
  const all = new Set([...knownIds, ...listedIds]);
  // One candidate only, or a body that is the booking itself: there is nothing to guess.
  if (all.size <= 1) return { cancelled: all, untouched: new Set() };
  if (arrival.notification.shape === "booking") return { cancelled: listedIds, untouched: new Set() };
  if (policy.unflaggedCancellation === "listed" && listed.length > 0) {
    return { cancelled: listedIds, untouched: new Set() };
  }
  if (policy.unflaggedCancellation === "missing" && missing.length > 0) {
    return { cancelled: new Set(missing), untouched: new Set() };
  }
  return { cancelled: new Set(), untouched: listedIds, ...askWhich(known, listed, arrival) };
}

/** Of a purchase that is not known: those that are not listed are cancelled, whichever they are. */
function judgeUnknown(listed: readonly NotifiedBooking[], { notification, receivedAt }: FoldArrival): Verdict {
  const listedIds = ids(listed);
  if (notification.shape === "booking") return { cancelled: listedIds, untouched: new Set() };
  const early = { at: notification.version ?? receivedAt, remaining: [...listedIds] };
  return { cancelled: new Set(), untouched: new Set(), early };
}

/** Reported for the first time, and not after the cancellation by BookingBug's clock. */
function wasCancelled({ bookings, cancelledEarly: early }: PurchaseState, { id, version }: NotifiedBooking): boolean {
  if (early === undefined || bookings[id] !== undefined || early.remaining.includes(id)) return false;
  return version === undefined || version <= early.at;
}

/** Which of those that are not cancelled yet is meant. */
function askWhich(
  { bookings }: PurchaseState,
  listed: readonly NotifiedBooking[],
  arrival: FoldArrival,
): { readonly hold?: Hold } {
  const active = Object.values(bookings).filter(({ lifecycle }) => lifecycle.status === "active");
  const unknown = listed.filter(({ id }) => bookings[id] === undefined);
  const bookingIds = [...active, ...unknown].map(({ id }) => id);
  if (bookingIds.length === 0) return {};
  const hold: Hold = {
    reason: "cancellation_ambiguous",
    ...placeOf(arrival),
    bookingIds,
    digest: digestOf(arrival),
    ...(unknown.length > 0 && { unknown: Object.fromEntries(unknown.map((booking) => [booking.id, booking])) }),
  };
  return { hold };
}

export function placeOf({ seq, order }: Pick<FoldArrival, "seq" | "order">): Pick<Hold, "seq" | "order"> {
  return { seq, ...(order !== seq && { order }) };
}

/** Known, active, in the future, and not in a body that should list every booking of the purchase. */
function absentFuture(known: PurchaseState, listed: readonly NotifiedBooking[], arrival: FoldArrival): string[] {
  // A body that is older than what we know says nothing about what is missing from it.
  if (listed.some((booking) => isOlder(booking, known.bookings[booking.id], arrival.order))) return [];
  const listedIds = ids(listed);
  return Object.values(known.bookings)
    .filter((booking) => orderOf(booking) <= arrival.order)
    .filter(({ id, lifecycle, start }) => {
      const isFuture = Date.parse(start) > Date.parse(arrival.receivedAt);
      return lifecycle.status === "active" && isFuture && !listedIds.has(id);
    })
    .map((booking) => booking.id);
}

export function ids(bookings: readonly NotifiedBooking[]): Set<string> {
  return new Set(bookings.map((booking) => booking.id));
}
