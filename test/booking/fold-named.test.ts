/** A cancellation that only names a booking asks of it once, while it is active. */
import { expect, it } from "@jest/globals";
import { type FoldArrival, type FoldPolicy, foldNotification } from "../../src/booking/fold.ts";
import { foldNamed } from "../../src/booking/fold-named.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { ArrivalRoute, PurchaseState } from "../../src/booking/types.ts";
import { firstBooking, type Json, twoBookings } from "../support/payloads.ts";

const [ID, OTHER] = ["13477736", "13477737"];
const HOLD: FoldPolicy = { unflaggedCancellation: "hold", absent: "hold" };

function hear(state: PurchaseState | undefined, seq: number, route: ArrivalRoute, body: Json): PurchaseState {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") throw new Error("It is a purchase.");
  const heard = { seq, order: seq, receivedAt: "2026-05-01T10:00:00.000Z", route };
  const arrival: FoldArrival = { ...heard, notification: parsed.notification };
  return foldNotification(state, arrival, HOLD).state;
}

const named = (state: PurchaseState, id: string, seq: number): PurchaseState =>
  foldNamed(state, id, { seq, order: seq }).state;

const asked = ({ holds }: PurchaseState) => holds.map(({ reason, bookingIds }) => [reason, ...bookingIds]);

it("is one question, however often it is named, beside what else is asked [H6]", () => {
  let state = hear(undefined, 1, "bookings", twoBookings());
  state = hear(state, 2, "cancellations", twoBookings());
  state = named(named(state, ID, 3), ID, 4);
  expect(asked(state)).toEqual([
    ["cancellation_ambiguous", ID, OTHER],
    ["cancellation_unconfirmed", ID],
  ]);
  expect(named(state, OTHER, 4)).toBe(state);
});

it("is answered by a cancellation or a move of it, and not by its being listed again [H4, H6]", () => {
  const booked = hear(undefined, 1, "bookings", twoBookings());
  const open = named(booked, ID, 2);
  expect(asked(hear(open, 3, "updates", twoBookings()))).toEqual([["cancellation_unconfirmed", ID]]);
  const body = twoBookings();
  firstBooking(body).is_cancelled = true;
  const cancelled = hear(open, 3, "updates", body);
  expect(asked(cancelled)).toEqual([]);
  expect(asked(named(cancelled, ID, 4))).toEqual([]);
});
