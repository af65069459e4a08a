/** What an answer to a question changes, and that one to a question that is not open changes nothing. */
import { describe, expect, it } from "@jest/globals";
import { type Decision, decisionBody, foldDecision } from "../../src/booking/decision.ts";
import { foldNotification } from "../../src/booking/fold.ts";
import { holdId } from "../../src/booking/holds.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { BookingVerdict, CallbackRoute, PurchaseState } from "../../src/booking/types.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";

const NOW = "2026-11-24T10:00:00.000Z";
const PURCHASE = "11610441";

const listing = (...ids: number[]): Json =>
  purchase((body) => {
    const times = { datetime: "2036-03-10T11:30:00Z", end_datetime: "2036-03-10T12:00:00Z" };
    body._embedded.bookings = ids.map((id) => ({ ...structuredClone(firstBooking(body)), ...times, id }));
  });

function hear(state: PurchaseState | undefined, route: CallbackRoute, body: Json): PurchaseState {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") throw new Error("unreadable");
  const seq = (state?.seq ?? 0) + 1;
  const arrival = { seq, order: seq, receivedAt: NOW, route, notification: parsed.notification };
  return foldNotification(state, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state;
}

function decide(state: PurchaseState, decision: Decision) {
  const { decision: stored } = decisionBody.parse(JSON.parse(JSON.stringify({ decision })));
  return foldDecision(state, stored, { seq: state.seq + 1, receivedAt: NOW });
}

const answer = (state: PurchaseState, question: number, ...verdicts: [string, BookingVerdict][]) => {
  const hold = state.holds[question];
  return decide(state, {
    kind: "answer",
    purchaseId: PURCHASE,
    holdId: hold === undefined ? "none" : holdId(hold),
    verdicts: verdicts.map(([bookingId, verdict]) => ({ bookingId, verdict })),
  });
};
const takeBack = (state: PurchaseState, bookingId: string, seq: number) =>
  decide(state, { kind: "take_back", purchaseId: PURCHASE, bookingId, seq });

const status = ({ bookings }: PurchaseState) =>
  Object.fromEntries(Object.values(bookings).map(({ id, lifecycle }) => [id, lifecycle.status]));
const asked = ({ holds }: PurchaseState) => holds.map(({ bookingIds }) => bookingIds);

const three = () => hear(hear(undefined, "bookings", listing(1, 2, 3)), "cancellations", listing(1, 2, 3));

describe("an answer", () => {
  it("settles its booking and leaves the others of the question open", () => {
    const { state, changes } = answer(three(), 0, ["1", "cancelled"]);
    expect(changes).toEqual([{ bookingId: "1", kind: "cancelled" }]);
    expect(status(state)).toEqual({ 1: "cancelled", 2: "active", 3: "active" });
    expect(asked(state)).toEqual([["2", "3"]]);
  });

  it.each([
    ["a question that is not open", { question: 7, booking: "1" }],
    ["a booking that is not among those asked about", { question: 0, booking: "4" }],
  ])("to %s changes nothing, and says so", (_what, { question, booking }) => {
    const before = three();
    const { state, changes } = answer(before, question, [booking, "cancelled"]);
    expect({ ...state, seq: before.seq }).toEqual(before);
    expect(changes).toEqual([{ bookingId: booking, kind: "not_asked" }]);
  });

  it("that comes after a notification settled the question changes nothing", () => {
    const flagged = listing(1, 2, 3);
    firstBooking(flagged).is_cancelled = true;
    const open = three();
    const settled = hear(open, "updates", flagged);
    const [hold] = open.holds;
    if (hold === undefined) throw new Error("nothing asked");
    const { state } = decide(settled, {
      kind: "answer",
      purchaseId: PURCHASE,
      holdId: holdId(hold),
      verdicts: [{ bookingId: "2", verdict: "cancelled" }],
    });
    expect(status(state)).toEqual({ 1: "cancelled", 2: "active", 3: "active" });
  });

  it("that was folded before changes nothing", () => {
    const { state } = answer(three(), 0, ["1", "cancelled"]);
    const again: Decision = { kind: "answer", purchaseId: PURCHASE, holdId: "x", verdicts: [] };
    expect(foldDecision(state, again, { seq: state.seq, receivedAt: NOW })).toEqual({ state, changes: [] });
  });

  it("for another purchase changes nothing", () => {
    const before = three();
    const [hold] = before.holds;
    const verdicts = [{ bookingId: "1", verdict: "cancelled" as const }];
    const other: Decision = { kind: "answer", purchaseId: "2", holdId: hold ? holdId(hold) : "", verdicts };
    expect(status(decide(before, other).state)).toEqual(status(before));
  });
});

describe("a second cancellation that does not say which", () => {
  it("is a question of its own, unless it repeats the first; what one cancels, the other asks no more", () => {
    const twice = hear(three(), "cancellations", listing(1, 2, 3));
    expect(asked(twice)).toEqual([["1", "2", "3"]]);
    const two = hear(twice, "cancellations", listing(1, 2));
    expect(asked(two)).toHaveLength(2);
    const { state } = answer(two, 0, ["1", "cancelled"], ["2", "active"], ["3", "active"]);
    expect(asked(state)).toEqual([["2", "3"]]);
  });

  it("asks about those only that are not cancelled yet, and never more often than there are such", () => {
    const { state } = answer(three(), 0, ["1", "cancelled"], ["2", "active"], ["3", "active"]);
    const bodies = [listing(1, 2, 3), listing(1, 2), listing(1), listing(2), listing(3)];
    const after = bodies.reduce((known, body) => hear(known, "cancellations", body), state);
    expect(asked(after)).toEqual([
      ["2", "3"],
      ["2", "3"],
    ]);
  });

  it("is answered by one cancellation that says which, the other stays", () => {
    const two = hear(three(), "cancellations", listing(1, 2));
    const flagged = listing(1, 2, 3);
    firstBooking(flagged).is_cancelled = true;
    expect(asked(hear(two, "updates", flagged))).toEqual([["2", "3"]]);
  });
});

describe("a decision taken back", () => {
  it("restores exactly what was, question and booking", () => {
    const before = three();
    const { state } = answer(before, 0, ["1", "cancelled"]);
    const { state: back, changes } = takeBack(state, "1", state.seq);
    expect(changes).toEqual([{ bookingId: "1", kind: "taken_back" }]);
    expect(status(back)).toEqual(status(before));
    expect(back.decided).toBeUndefined();
    expect(asked(back).map((ids) => ids.toSorted())).toEqual([["1", "2", "3"]]);
  });

  it("takes away a booking that only the decision had brought into being", () => {
    const unknown = hear(undefined, "cancellations", listing(1, 2));
    const { state, changes } = answer(unknown, 0, ["1", "active"], ["2", "cancelled"]);
    expect(changes.map(({ kind }) => kind)).toEqual(["created", "cancelled"]);
    const { state: back } = takeBack(state, "2", state.seq);
    expect(status(back)).toEqual({ 1: "active" });
    expect(status(answer(back, 0, ["2", "cancelled"]).state)).toEqual({ 1: "active", 2: "cancelled" });
  });

  it("is no more once news came, nor when it is not the newest about the booking", () => {
    const { state } = answer(three(), 0, ["1", "cancelled"]);
    expect(takeBack(state, "1", 1).changes).toEqual([{ bookingId: "1", kind: "not_asked" }]);
    const after = hear(state, "updates", listing(1, 2, 3));
    expect(takeBack(after, "1", state.seq).changes).toEqual([{ bookingId: "1", kind: "not_asked" }]);
    expect(status(after)).toMatchObject({ 1: "cancelled" });
  });
});

it("a decision as earlier versions stored it is still understood", () => {
  const { state } = decide(three(), { bookingId: "1", verdict: "cancelled" });
  expect(status(state)).toEqual({ 1: "cancelled", 2: "active", 3: "active" });
  expect(state.holds).toEqual([]);
});
