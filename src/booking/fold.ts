/**
 * What a notification means, given what was known before. BookingBug sends no event name, so the change is derived per
 * booking from the URL it was posted to, from what the body says and from the known state. Pure and deterministic.
 */
import { isOlder, orderOf, statedOrder } from "./newness.ts";
import { toInstant } from "./normalise.ts";
import type {
  BookingState,
  CallbackRoute,
  ChangeKind,
  Hold,
  NotifiedBooking,
  PurchaseNotification,
  PurchaseState,
  Stated,
} from "./types.ts";

export interface FoldPolicy {
  /** Which bookings an unflagged cancellation of several means: those listed, those missing, or a person decides. */
  readonly unflaggedCancellation: "hold" | "listed" | "missing";
  /** What a future booking's absence from a purchase means. */
  readonly absent: "hold" | "cancel";
}

export interface FoldArrival {
  readonly seq: number;
  /** How new what it says is; see `StoredArrival`. */
  readonly order: number;
  /** ISO UTC. */
  readonly receivedAt: string;
  readonly route: CallbackRoute;
  readonly notification: PurchaseNotification;
}

export interface BookingChange {
  readonly bookingId: string;
  /** `repeated`: nothing new. `stale`: older than what is known, or active after a cancellation; not applied. */
  readonly kind: ChangeKind | "repeated" | "stale" | "held";
}

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
  return {
    state: {
      ...known,
      ...describe(known, arrival),
      bookings: folded.bookings,
      holds: settleHolds(known.holds, folded.changes, verdict.hold),
      seq: arrival.seq,
    },
    changes: folded.changes,
  };
}

/** Which bookings the notification cancels, which it says nothing reliable about, and what a person must decide. */
interface Verdict {
  readonly cancelled: ReadonlySet<string>;
  /** Listed bookings that are left as they are. */
  readonly untouched: ReadonlySet<string>;
  readonly hold?: Hold;
}

function judge(
  known: PurchaseState,
  listed: readonly NotifiedBooking[],
  arrival: FoldArrival,
  policy: FoldPolicy,
): Verdict {
  const { notification, route } = arrival;
  const flagged = ids(listed.filter((booking) => booking.saysCancelled));
  if (route === "cancellations" || notification.saysCancelled) {
    if (flagged.size > 0) return { cancelled: flagged, untouched: new Set() };
    return judgeUnflagged(known, listed, arrival, policy);
  }
  const absent = notification.shape === "purchase" ? absentFuture(known, listed, arrival) : [];
  if (absent.length === 0) return { cancelled: flagged, untouched: new Set() };
  if (policy.absent === "cancel") return { cancelled: new Set([...flagged, ...absent]), untouched: new Set() };
  const hold: Hold = { reason: "absent_from_notification", seq: arrival.seq, bookingIds: absent };
  return { cancelled: flagged, untouched: new Set(), hold };
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
  const hold: Hold = { reason: "cancellation_ambiguous", seq: arrival.seq, bookingIds: [...all] };
  return { cancelled: new Set(), untouched: listedIds, hold };
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
    bookings[booking.id] = { ...state, order: Math.max(orderOf(known.bookings[booking.id]), arrival.order) };
    changes.push({ bookingId: booking.id, kind });
  }
  for (const id of verdict.cancelled) {
    const absent = known.bookings[id];
    if (absent === undefined || listedIds.has(id)) continue;
    const kind = absent.lifecycle.status === "cancelled" ? "repeated" : "cancelled";
    bookings[id] = cancel(absent, arrival);
    changes.push({ bookingId: id, kind });
  }
  return { bookings, changes };
}

function foldBooking(
  known: BookingState | undefined,
  booking: NotifiedBooking,
  cancels: boolean,
  arrival: FoldArrival,
): { state: BookingState; kind: BookingChange["kind"] } {
  if (known === undefined) {
    const state = firstSeen(booking, arrival);
    return cancels ? { state: cancel(state, arrival), kind: "cancelled" } : { state, kind: "created" };
  }
  if (known.lifecycle.status === "cancelled") {
    return { state: { ...known, seq: arrival.seq }, kind: cancels ? "repeated" : "stale" };
  }
  const older = isOlder(booking, known, arrival.order);
  if (cancels) {
    // An older body can still be the one that brings the cancellation; its other contents are outdated.
    const base = older ? known : moved(known, booking, arrival).state;
    return { state: cancel(base, arrival), kind: "cancelled" };
  }
  return older ? { state: { ...known, seq: arrival.seq }, kind: "stale" } : moved(known, booking, arrival);
}

function firstSeen(booking: NotifiedBooking, arrival: FoldArrival): BookingState {
  const { saysCancelled: _says, isBlock: _block, ...facts } = booking;
  return {
    ...facts,
    lifecycle: { status: "active" },
    lastChange: "created",
    changedAt: arrival.receivedAt,
    rescheduleCount: 0,
    seq: arrival.seq,
  };
}

function moved(
  known: BookingState,
  booking: NotifiedBooking,
  arrival: FoldArrival,
): { state: BookingState; kind: "updated" | "rescheduled" | "repeated" } {
  const { saysCancelled: _says, isBlock: _block, ...stated } = booking;
  const facts = { ...stated, end: endKnowing(known, booking) };
  const state: BookingState = { ...known, ...facts, seq: arrival.seq };
  if (isRescheduled(known, facts)) {
    return {
      kind: "rescheduled",
      state: {
        ...state,
        lastChange: "rescheduled",
        changedAt: arrival.receivedAt,
        rescheduleCount: known.rescheduleCount + 1,
        previousStart: known.start,
      },
    };
  }
  if (JSON.stringify(known.body) === JSON.stringify(booking.body)) return { kind: "repeated", state };
  return { kind: "updated", state: { ...state, lastChange: "updated", changedAt: arrival.receivedAt } };
}

function cancel(state: BookingState, arrival: FoldArrival): BookingState {
  if (state.lifecycle.status === "cancelled") return { ...state, seq: arrival.seq };
  return {
    ...state,
    lifecycle: { status: "cancelled", cancelledAt: arrival.receivedAt },
    lastChange: "cancelled",
    changedAt: arrival.receivedAt,
    seq: arrival.seq,
  };
}

/** A body without end and duration says nothing about the length: the appointment keeps the one it had. */
function endKnowing(known: BookingState, booking: NotifiedBooking): string {
  if (booking.end !== booking.start) return booking.end;
  const length = Date.parse(known.end) - Date.parse(known.start);
  return toInstant(new Date(Date.parse(booking.start) + length).toISOString());
}

type Schedule = Pick<NotifiedBooking, "start" | "end" | "person" | "resource">;

/** Another instant, duration, person or resource. A side that names no person or resource is no evidence of change. */
function isRescheduled(known: Schedule, booking: Schedule): boolean {
  const differs = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && a.slice(0, 3) === b.slice(0, 3) && a !== b;
  return (
    known.start !== booking.start ||
    known.end !== booking.end ||
    differs(known.person, booking.person) ||
    differs(known.resource, booking.resource)
  );
}

/** What the notification newly says of the purchase and its people. */
function describe(known: PurchaseState, { notification, order }: FoldArrival): Partial<PurchaseState> {
  if (notification.bookings.some((booking) => isOlder(booking, known.bookings[booking.id], order))) return {};
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

/**
 * Which holds remain. An absent booking's is over once a notification says anything of it. Of an ambiguous cancellation
 * only a cancellation is the answer: the same bookings listed again prove nothing, a move proves that this one is active.
 */
function settleHolds(holds: readonly Hold[], changes: readonly BookingChange[], fresh: Hold | undefined): Hold[] {
  const idsOf = (...kinds: BookingChange["kind"][]): Set<string> =>
    new Set(changes.filter(({ kind }) => kinds.includes(kind)).map((change) => change.bookingId));
  const cancelled = idsOf("cancelled");
  const active = idsOf("created", "updated", "rescheduled", "repeated", "cancelled");
  const moved = idsOf("rescheduled");
  const remaining = (hold: Hold): readonly string[] => {
    if (hold.reason === "absent_from_notification") return hold.bookingIds.filter((id) => !active.has(id));
    return hold.bookingIds.some((id) => cancelled.has(id)) ? [] : hold.bookingIds.filter((id) => !moved.has(id));
  };
  const open = holds
    .filter((hold) => hold.reason !== fresh?.reason)
    .map((hold) => ({ ...hold, bookingIds: remaining(hold) }))
    .filter((hold) => hold.bookingIds.length > 0);
  return fresh === undefined ? open : [...open, fresh];
}

function ids(bookings: readonly NotifiedBooking[]): Set<string> {
  return new Set(bookings.map((booking) => booking.id));
}

function emptyState(purchaseId: string): PurchaseState {
  return { purchaseId, bookings: {}, purchase: {}, holds: [], seq: 0 };
}
