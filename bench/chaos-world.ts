/**
 * What happens in a chaos run, worked out before it begins: families of two people and three purchases, and what is true of
 * them in the end. One purchase moves, one goes to the other client and back, and one is asked about: a cancellation does
 * not say which of its two bookings it means, until an operator does. Each notification brings its client a new name.
 */
import type { BookingVerdict, CallbackRoute } from "../src/booking/types.ts";
import { type Json, purchase } from "../test/support/payloads.ts";

export interface Person {
  readonly clientId: number;
  surname: string;
  email: string;
}

export interface TrueBooking {
  readonly id: string;
  start: number;
  cancelled: boolean;
  /** Whether only a decision says which of its purchase's bookings is cancelled. */
  readonly isAskedAbout: boolean;
}

export interface TruePurchase {
  readonly id: number;
  client: Person;
  readonly bookings: readonly TrueBooking[];
}

export interface Told {
  readonly kind: "tell";
  readonly route: CallbackRoute;
  readonly body: Json;
}

export type Step =
  | Told
  | {
      readonly kind: "decide";
      readonly purchaseId: string;
      readonly bookingId: string;
      readonly verdict: BookingVerdict;
    }
  | { readonly kind: "take_back"; readonly purchaseId: string; readonly bookingId: string };

export interface Family {
  /** One after the other: what is newer is not left to chance. */
  readonly steps: readonly Step[];
  /** Each purchase told of once more, as it is in the end, the operator's decisions included. */
  readonly again: readonly Told[];
  /** As they are in the end. */
  readonly people: readonly Person[];
  readonly purchases: readonly TruePurchase[];
}

export const PURCHASES_EACH = 3;
export const BOOKINGS_EACH = 4;
export const PEOPLE_EACH = 2;
/** One is a mistake, one takes it back, two are right. */
export const DECISIONS_EACH = 4;

const NOON = Date.parse("2036-01-01T12:00:00Z");
const HOUR = 3_600_000;

/** @param rounds notifications of each purchase, at least 2 */
export function playFamily(index: number, rounds: number): Family {
  const booking = (n: number, isAskedAbout: boolean): TrueBooking => {
    const id = String(1_000_000 + index * BOOKINGS_EACH + n);
    return { id, start: NOON + (index * 10 + n) * HOUR, cancelled: false, isAskedAbout };
  };
  const person = (n: number): Person => ({ clientId: 10_000 + index * PEOPLE_EACH + n, surname: "", email: "" });
  const [one, other] = [person(0), person(1)];
  const id = 500_000 + index * PURCHASES_EACH;
  const moving: TruePurchase = { id, client: one, bookings: [booking(0, false)] };
  const handed: TruePurchase = { id: id + 1, client: other, bookings: [booking(1, false)] };
  const asked: TruePurchase = { id: id + 2, client: other, bookings: [booking(2, true), booking(3, true)] };
  const steps: Step[] = [];

  function tell(of: TruePurchase, round: number, route: CallbackRoute): void {
    of.client.surname = `Name${round} of ${of.id}`;
    of.client.email = `person${of.client.clientId}.${round}.${of.id}@example.com`;
    // What an operator decided is never said by BookingBug.
    steps.push({ kind: "tell", route, body: bodyOf(of, ({ isAskedAbout, cancelled }) => cancelled && !isAskedAbout) });
  }

  const decidedIn = 1 + (index % (rounds - 1));
  for (let round = 0; round < rounds; round += 1) {
    const route = round === 0 ? "bookings" : "updates";
    const isCancelled = round === rounds - 1 && index % 3 === 0;
    for (const moved of moving.bookings) {
      moved.start += HOUR;
      moved.cancelled = isCancelled;
    }
    tell(moving, round, isCancelled ? "cancellations" : route);
    handed.client = round % 2 === 0 ? other : one;
    tell(handed, round, route);
    tell(asked, round, round === 1 ? "cancellations" : route);
    if (round === decidedIn) decide(steps, asked, index);
  }
  const purchases = [moving, handed, asked];
  const again = purchases.map(
    (of): Told => ({ kind: "tell", route: "updates", body: bodyOf(of, (it) => it.cancelled) }),
  );
  return { steps, again, people: [one, other], purchases };
}

/** The operator is wrong at first. */
function decide(steps: Step[], { id, bookings }: TruePurchase, index: number): void {
  const [first, second] = index % 2 === 0 ? bookings : bookings.toReversed();
  if (first === undefined || second === undefined) return;
  const about = (one: TrueBooking) => ({ purchaseId: String(id), bookingId: one.id });
  steps.push({ kind: "decide", ...about(first), verdict: "active" });
  steps.push({ kind: "take_back", ...about(first) });
  first.cancelled = true;
  steps.push({ kind: "decide", ...about(first), verdict: "cancelled" });
  steps.push({ kind: "decide", ...about(second), verdict: "active" });
}

function bodyOf({ id, client, bookings }: TruePurchase, saysCancelled: (one: TrueBooking) => boolean): Json {
  return purchase((body) => {
    body.id = id;
    for (const one of [body._embedded.client, body._embedded.member]) {
      Object.assign(one, { id: client.clientId, last_name: client.surname, email: client.email });
    }
    const [template] = body._embedded.bookings;
    body._embedded.bookings = bookings.map((one) => ({
      ...template,
      id: Number(one.id),
      purchase_id: id,
      datetime: new Date(one.start).toISOString(),
      end_datetime: new Date(one.start + HOUR / 2).toISOString(),
      is_cancelled: saysCancelled(one),
    }));
  });
}
