/** The day that each contestant of `--only peers` lives through, worked out before it begins, and what is true after it. */
import type { CallbackRoute } from "../src/booking/types.ts";
import { type Json, purchase } from "../test/support/payloads.ts";

export interface Delivery {
  readonly route: CallbackRoute;
  readonly body: Json;
}

/** Of one purchase, each delivered when the one before was answered. */
export type Story = readonly Delivery[];

export interface TrueBooking {
  readonly id: string;
  readonly email: string;
  readonly start: number;
  readonly cancelled: boolean;
}

export interface Day {
  /** Most book. */
  readonly morning: readonly Story[];
  /** The others book, while HubSpot is not well. */
  readonly midday: readonly Story[];
  /** Once all of that has come to rest: some move, some cancel. */
  readonly afternoon: readonly Story[];
  /** BookingBug's last word on each booking. */
  readonly truth: readonly TrueBooking[];
}

/** What becomes of a purchase; of twenty each of these happens to the given number, and to the others nothing. */
const FATES = [
  ["moved", 2],
  ["cancelled", 1],
  ["moved, and told of it twice", 1],
  ["moved twice, and told of the second first", 1],
  ["moved and cancelled, and told of the cancellation first", 1],
  ["booked, and told of it twice", 1],
  ["booked and moved at once, and told of the move first", 1],
] as const;
type Fate = (typeof FATES)[number][0] | "kept";

const CYCLE: readonly Fate[] = FATES.flatMap(([fate, count]) => Array.from({ length: count }, () => fate));
const CYCLE_LENGTH = 20;
/** One in ten books at midday. */
const isLate = (_story: Story, index: number): boolean => index % 10 === CYCLE.indexOf("booked, and told of it twice");
const NOON = Date.parse("2036-01-01T12:00:00Z");
const CHANGED = Date.parse("2035-12-01T09:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @param purchases new bookings by new people */
export function planDay(purchases: number): Day {
  const days = Array.from({ length: purchases }, (_, index) => dayOf(index, CYCLE[index % CYCLE_LENGTH] ?? "kept"));
  const bookings = days.map(({ morning }) => morning);
  return {
    morning: bookings.filter((story, index) => !isLate(story, index)),
    midday: bookings.filter(isLate),
    afternoon: days.map(({ afternoon }) => afternoon).filter(({ length }) => length > 0),
    truth: days.map(({ truth }) => truth),
  };
}

function dayOf(index: number, fate: Fate): { morning: Story; afternoon: Story; truth: TrueBooking } {
  const id = 7_000_000 + index;
  const email = `person${index}@example.com`;
  const times = [0, 1, 2].map((moves) => NOON + (index + moves * 48) * HOUR);
  const at = (moves: number): number => times[moves] ?? NOON;
  const told = (route: CallbackRoute, moves: number, cancelled = false): Delivery => ({
    route,
    // Said by the body, so that the order in which it was delivered need not be believed.
    body: bodyOf(index, id, email, at(moves), cancelled, CHANGED + (moves + (cancelled ? 3 : 0)) * MINUTE),
  });
  const [booked, moved, again] = [told("bookings", 0), told("updates", 1), told("updates", 2)];
  const end = (moves: number, cancelled = false): TrueBooking => ({
    id: String(id),
    email,
    start: at(moves),
    cancelled,
  });
  const morning = [booked];
  switch (fate) {
    case "kept":
      return { morning, afternoon: [], truth: end(0) };
    case "moved":
      return { morning, afternoon: [moved], truth: end(1) };
    case "cancelled":
      return { morning, afternoon: [told("cancellations", 0, true)], truth: end(0, true) };
    case "moved, and told of it twice":
      return { morning, afternoon: [moved, moved], truth: end(1) };
    case "moved twice, and told of the second first":
      return { morning, afternoon: [again, moved], truth: end(2) };
    case "moved and cancelled, and told of the cancellation first":
      return { morning, afternoon: [told("cancellations", 1, true), moved], truth: end(1, true) };
    case "booked, and told of it twice":
      return { morning: [booked, booked], afternoon: [], truth: end(0) };
    case "booked and moved at once, and told of the move first":
      return { morning: [moved, booked], afternoon: [], truth: end(1) };
  }
}

function bodyOf(index: number, id: number, email: string, start: number, cancelled: boolean, changed: number): Json {
  return purchase((body) => {
    body.id = 5_000_000 + index;
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id: 9_000_000 + index, email });
    }
    Object.assign(body._embedded.bookings[0], {
      id,
      purchase_id: body.id,
      datetime: new Date(start).toISOString(),
      end_datetime: new Date(start + HOUR / 2).toISOString(),
      updated_at: new Date(changed).toISOString(),
      is_cancelled: cancelled,
    });
  });
}
