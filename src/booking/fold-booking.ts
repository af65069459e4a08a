/** What one notification, or a decision, makes of one booking. */
import type { BookingChange, FoldArrival } from "./fold-types.ts";
import { isOlder, isOlderByClock, newsAt } from "./newness.ts";
import { toInstant } from "./normalise.ts";
import { joinedBody } from "./shapes.ts";
import type { BookingState, News, NotifiedBooking } from "./types.ts";

/** When it was heard; what has no order of its own is as new as its number. */
type Heard = Pick<FoldArrival, "seq" | "receivedAt"> & Partial<Pick<FoldArrival, "order">>;

export function foldBooking(
  known: BookingState | undefined,
  booking: NotifiedBooking,
  cancels: boolean,
  heard: Heard & Pick<FoldArrival, "order">,
): { state: BookingState; kind: BookingChange["kind"] } {
  if (known === undefined) {
    const state = firstSeen(booking, heard);
    return cancels ? { state: cancel(state, heard), kind: "cancelled" } : { state, kind: "created" };
  }
  if (known.lifecycle.status === "cancelled") {
    // What else it says is not applied any more, but by how new it is, what comes late is seen to be older.
    const seen = { ...known, ...newerVersion(known, booking) };
    if (cancels && known.lifecycle.byAbsence) return { state: cancel(seen, heard), kind: "cancelled" };
    return { state: { ...seen, seq: heard.seq }, kind: cancels ? "repeated" : "stale" };
  }
  const older = isOlder(booking, known, heard.order);
  if (cancels) {
    // An older body can still be the one that brings the cancellation; its other contents are outdated.
    const base = older ? known : moved(known, booking, heard).state;
    return { state: cancel(base, heard), kind: "cancelled" };
  }
  return older ? { state: { ...known, seq: heard.seq }, kind: "stale" } : moved(known, booking, heard);
}

export function firstSeen(booking: NotifiedBooking, heard: Heard): BookingState {
  const { saysCancelled: _says, isBlock: _block, ...facts } = booking;
  return {
    ...facts,
    lifecycle: { status: "active" },
    lastChange: "created",
    changedAt: heard.receivedAt,
    rescheduleCount: 0,
    seq: heard.seq,
    news: newsIn(booking, heard),
  };
}

function newerVersion(known: BookingState, { version }: NotifiedBooking): Pick<NotifiedBooking, "version"> {
  return version === undefined || isOlderByClock({ version }, known) ? {} : { version };
}

function newsIn(booking: NotifiedBooking, { order, seq }: Heard): News {
  return newsAt(order ?? seq, booking);
}

function moved(
  known: BookingState,
  booking: NotifiedBooking,
  heard: Heard,
): { state: BookingState; kind: "updated" | "rescheduled" | "repeated" } {
  const { saysCancelled: _says, isBlock: _block, ...stated } = booking;
  const { body, isNew } = joinedBody(known, booking);
  const facts = { ...stated, end: endKnowing(known, booking), body };
  const state: BookingState = { ...known, ...facts, seq: heard.seq };
  if (isRescheduled(known, facts)) {
    return {
      kind: "rescheduled",
      state: {
        ...state,
        news: newsIn(booking, heard),
        lastChange: "rescheduled",
        changedAt: heard.receivedAt,
        rescheduleCount: known.rescheduleCount + 1,
        previousStart: known.start,
      },
    };
  }
  if (!isNew) return { kind: "repeated", state };
  const news = newsIn(booking, heard);
  return { kind: "updated", state: { ...state, news, lastChange: "updated", changedAt: heard.receivedAt } };
}

export function cancel(state: BookingState, heard: Heard, why: { readonly byAbsence?: true } = {}): BookingState {
  if (state.lifecycle.status === "cancelled") {
    const { byAbsence, ...lifecycle } = state.lifecycle;
    return { ...state, lifecycle: { ...lifecycle, ...(byAbsence && why) }, seq: heard.seq };
  }
  return {
    ...state,
    lifecycle: { status: "cancelled", cancelledAt: heard.receivedAt, order: heard.order ?? heard.seq, ...why },
    lastChange: "cancelled",
    changedAt: heard.receivedAt,
    seq: heard.seq,
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
