/** A person's answer to a hold: it arrives in the inbox like a notification, and is folded in its turn. */
import { z } from "zod";
import type { BookingState, PurchaseState } from "./types.ts";

/** Strict, so that no body that the receiver takes for a notification can pass for a decision. */
export const decisionBody = z.strictObject({
  decision: z.strictObject({ bookingId: z.string(), verdict: z.enum(["cancelled", "active"]) }),
});
export type Decision = z.infer<typeof decisionBody>["decision"];

/** Settles the holds on a booking as decided. A decision about an unknown booking changes nothing. */
export function foldDecision(state: PurchaseState, decision: Decision, seq: number, decidedAt: string): PurchaseState {
  if (seq <= state.seq) return state;
  const { bookingId, verdict } = decision;
  const known = state.bookings[bookingId];
  const cancelled = verdict === "cancelled";
  const holds = state.holds
    // One cancellation answers the question which of several was cancelled.
    .filter((hold) => !(cancelled && hold.reason === "cancellation_ambiguous" && hold.bookingIds.includes(bookingId)))
    .map((hold) => ({ ...hold, bookingIds: hold.bookingIds.filter((id) => id !== bookingId) }))
    .filter((hold) => hold.bookingIds.length > 0);
  const bookings =
    known === undefined ? state.bookings : { ...state.bookings, [bookingId]: decide(known, cancelled, seq, decidedAt) };
  return { ...state, bookings, holds, seq };
}

function decide(known: BookingState, cancelled: boolean, seq: number, decidedAt: string): BookingState {
  if (!cancelled || known.lifecycle.status === "cancelled") return { ...known, seq };
  return {
    ...known,
    lifecycle: { status: "cancelled", cancelledAt: decidedAt },
    lastChange: "cancelled",
    changedAt: decidedAt,
    seq,
  };
}
