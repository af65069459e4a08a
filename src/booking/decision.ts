/** A person's answer to a hold: it arrives in the inbox like a notification, and is folded in its turn. */
import { z } from "zod";
import { cancel, firstSeen } from "./fold-booking.ts";
import type { FoldArrival } from "./fold-types.ts";
import { holdId, narrowed } from "./holds.ts";
import {
  BOOKING_VERDICTS,
  type BookingState,
  type BookingVerdict,
  type Decided,
  type Hold,
  type PurchaseState,
} from "./types.ts";

const verdict = z.enum(BOOKING_VERDICTS);

const answer = z.strictObject({
  kind: z.literal("answer"),
  purchaseId: z.string(),
  holdId: z.string(),
  verdicts: z.array(z.strictObject({ bookingId: z.string(), verdict })),
});
const takeBack = z.strictObject({
  kind: z.literal("take_back"),
  purchaseId: z.string(),
  bookingId: z.string(),
  /** Arrival number of the decision that is taken back. */
  seq: z.number(),
});
/** As an earlier version stored it: it settles whatever asks about the booking. */
const unaddressed = z.strictObject({ bookingId: z.string(), verdict });

/** Strict, so that no body that the receiver takes for a notification can pass for a decision. */
export const decisionBody = z.strictObject({ decision: z.union([answer, takeBack, unaddressed]) });
export type Decision = z.infer<typeof decisionBody>["decision"];

export interface DecisionChange {
  readonly bookingId: string;
  /** `not_asked`: the question was not open any more, nothing was changed. */
  readonly kind: "created" | "cancelled" | "repeated" | "taken_back" | "not_asked";
}

interface Folded {
  readonly state: PurchaseState;
  readonly changes: readonly DecisionChange[];
}

/** When it was decided. */
type Heard = Pick<FoldArrival, "seq" | "receivedAt">;

/** Folds a decision into the state. What is not open, or was folded before, changes nothing. */
export function foldDecision(state: PurchaseState, decision: Decision, heard: Heard): Folded {
  if (heard.seq <= state.seq) return { state, changes: [] };
  const { state: folded, changes } = fold(state, decision, heard);
  return { state: { ...folded, seq: heard.seq }, changes };
}

function fold(state: PurchaseState, decision: Decision, heard: Heard): Folded {
  if (!("kind" in decision)) return foldUnaddressed(state, decision, heard);
  if (decision.purchaseId !== state.purchaseId) return { state, changes: [] };
  return decision.kind === "answer" ? foldAnswer(state, decision, heard) : foldTakeBack(state, decision, heard);
}

function foldAnswer(state: PurchaseState, given: z.infer<typeof answer>, heard: Heard): Folded {
  const changes: DecisionChange[] = [];
  let folded = state;
  for (const { bookingId, verdict } of given.verdicts) {
    const hold = openHold(folded, given.holdId, bookingId);
    const before = folded.bookings[bookingId];
    changes.push({ bookingId, kind: hold === undefined ? "not_asked" : kindOf(before, verdict) });
    if (hold !== undefined) folded = settle(folded, hold, { bookingId, verdict }, heard);
  }
  return { state: folded, changes };
}

/** The hold of that name, if it asks about the booking. */
function openHold({ holds }: PurchaseState, id: string, bookingId: string): Hold | undefined {
  return holds.find((hold) => holdId(hold) === id && hold.bookingIds.includes(bookingId));
}

function kindOf(before: BookingState | undefined, verdict: BookingVerdict): DecisionChange["kind"] {
  if (before?.lifecycle.status === "cancelled") return "repeated";
  if (verdict === "cancelled") return "cancelled";
  return before === undefined ? "created" : "repeated";
}

function settle(
  state: PurchaseState,
  hold: Hold,
  { bookingId, verdict }: Pick<Decided, "bookingId" | "verdict">,
  heard: Heard,
): PurchaseState {
  const before = state.bookings[bookingId];
  // What is cancelled cannot be what another question is about; what is active now may be.
  const settled = (other: Hold): boolean => other === hold || verdict === "cancelled";
  const decided: Decided = {
    seq: heard.seq,
    bookingId,
    verdict,
    ...(before !== undefined && { before }),
    holds: state.holds.filter(settled).flatMap((one) => narrowed(one, (id) => id === bookingId)),
  };
  return {
    ...withBooking(state, bookingId, after(before, hold, bookingId, verdict, heard)),
    holds: state.holds.flatMap((one) => (settled(one) ? narrowed(one, (id) => id !== bookingId) : [one])),
    decided: [...(state.decided ?? []), decided],
  };
}

/** @returns undefined when no notification says enough of the booking */
function after(
  before: BookingState | undefined,
  hold: Hold,
  bookingId: string,
  verdict: BookingVerdict,
  heard: Heard,
): BookingState | undefined {
  const facts = hold.unknown?.[bookingId];
  const booking = before ?? (facts && firstSeen(facts, heard));
  if (booking === undefined) return undefined;
  return verdict === "cancelled" ? cancel(booking, heard) : { ...booking, seq: heard.seq };
}

function withBooking(state: PurchaseState, bookingId: string, booking: BookingState | undefined): PurchaseState {
  const { [bookingId]: _old, ...others } = state.bookings;
  if (booking === undefined) return { ...state, bookings: others };
  return { ...state, bookings: { ...state.bookings, [bookingId]: booking } };
}

function foldTakeBack(state: PurchaseState, { bookingId, seq }: z.infer<typeof takeBack>, heard: Heard): Folded {
  const decided = lastDecided(state, bookingId);
  if (decided === undefined || decided.seq !== seq) return { state, changes: [{ bookingId, kind: "not_asked" }] };
  const before = decided.before && { ...decided.before, seq: heard.seq };
  const { decided: all = [], ...rest } = withBooking(state, bookingId, before);
  const others = all.filter((one) => one !== decided);
  return {
    state: { ...rest, holds: reopened(rest.holds, decided.holds), ...(others.length > 0 && { decided: others }) },
    changes: [{ bookingId, kind: "taken_back" }],
  };
}

/** What can be taken back of a booking: the newest decision about it. */
export function lastDecided({ decided = [] }: PurchaseState, bookingId: string): Decided | undefined {
  return decided.findLast((one) => one.bookingId === bookingId);
}

function reopened(open: readonly Hold[], again: readonly Hold[]): Hold[] {
  const byId = new Map(open.map((hold) => [holdId(hold), hold]));
  for (const hold of again) {
    const same = byId.get(holdId(hold));
    byId.set(holdId(hold), same === undefined ? hold : joined(same, hold));
  }
  return [...byId.values()].toSorted((a, b) => a.seq - b.seq);
}

function joined(one: Hold, other: Hold): Hold {
  const unknown = { ...one.unknown, ...other.unknown };
  return {
    ...one,
    bookingIds: [...new Set([...one.bookingIds, ...other.bookingIds])],
    ...(Object.keys(unknown).length > 0 && { unknown }),
  };
}

function foldUnaddressed(
  state: PurchaseState,
  { bookingId, verdict }: z.infer<typeof unaddressed>,
  heard: Heard,
): Folded {
  const before = state.bookings[bookingId];
  const cancelled = verdict === "cancelled";
  const holds = state.holds
    .filter((hold) => !(cancelled && hold.reason === "cancellation_ambiguous" && hold.bookingIds.includes(bookingId)))
    .flatMap((hold) => narrowed(hold, (id) => id !== bookingId));
  const decided = before && (cancelled ? cancel(before, heard) : { ...before, seq: heard.seq });
  const folded = decided === undefined ? state : withBooking(state, bookingId, decided);
  return { state: { ...folded, holds }, changes: [{ bookingId, kind: cancelled ? "cancelled" : "repeated" }] };
}
