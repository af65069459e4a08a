/** A small world of people, purchases and bookings, what happens to it, and what the CRM must look like in the end. */
import fc from "fast-check";
import type { CallbackRoute } from "../../src/booking/types.ts";
import { type Json, purchase } from "../support/payloads.ts";

export interface Person {
  readonly clientId: number;
  /** Index of an address book entry, shared by people of one household; none: a person with a phone only. */
  readonly email: number | undefined;
}

export type Event =
  | { readonly kind: "update"; readonly booking: number }
  | { readonly kind: "move"; readonly booking: number; readonly hours: number }
  | { readonly kind: "cancel"; readonly booking: number; readonly shape: "flag" | "describe" | "alone" };

export interface Plan {
  readonly person: number;
  readonly bookings: number;
  readonly events: readonly {
    readonly event: Event;
    readonly route: "bookings" | "updates";
    readonly repeat: number;
  }[];
}

export interface World {
  readonly people: readonly Person[];
  readonly plans: readonly Plan[];
}

const MAX_BOOKINGS = 3;

const booking = fc.nat({ max: MAX_BOOKINGS - 1 });
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("update" as const), booking }),
  fc.record({ kind: fc.constant("move" as const), booking, hours: fc.integer({ min: 1, max: 2_000 }) }),
  fc.record({
    kind: fc.constant("cancel" as const),
    booking,
    shape: fc.constantFrom("flag" as const, "describe" as const, "alone" as const),
  }),
);

export const world: fc.Arbitrary<World> = fc.record({
  people: fc.uniqueArray(
    fc.record({ clientId: fc.nat({ max: 9 }), email: fc.option(fc.nat({ max: 3 }), { nil: undefined }) }),
    { minLength: 1, maxLength: 3, selector: (person) => person.clientId },
  ),
  plans: fc.array(
    fc.record({
      person: fc.nat({ max: 2 }),
      bookings: fc.integer({ min: 1, max: MAX_BOOKINGS }),
      events: fc.array(
        fc.record({
          event,
          route: fc.constantFrom("bookings" as const, "updates" as const),
          repeat: fc.nat({ max: 2 }),
        }),
        { maxLength: 5 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

export interface Delivery {
  readonly route: CallbackRoute;
  readonly body: Json;
}

export interface ExpectedBooking {
  readonly id: string;
  readonly person: Person;
  start: number;
  status: "booked" | "rescheduled" | "cancelled";
  moves: number;
  previous: number | undefined;
}

const NOON = Date.parse("2036-01-01T12:00:00Z");
const HOUR = 3_600_000;

/** @param offset keeps the ids of one world apart from another's */
export function play(given: World, offset: number): { deliveries: Delivery[][]; expected: ExpectedBooking[] } {
  const expected: ExpectedBooking[] = [];
  const deliveries = given.plans.map((plan, index) => {
    const person = given.people[plan.person % given.people.length] as Person;
    const purchaseId = offset * 10 + index + 1;
    const bookings = Array.from({ length: plan.bookings }, (_, n): ExpectedBooking => {
      const start = NOON + (index * 100 + n) * HOUR;
      return { id: String(purchaseId * 10 + n), person, start, status: "booked", moves: 0, previous: undefined };
    });
    expected.push(...bookings);
    return [
      { route: "bookings" as const, body: bodyOf(purchaseId, person, offset, bookings, 0) },
      ...eventsOf(plan, purchaseId, person, offset, bookings),
    ];
  });
  return { deliveries, expected };
}

function eventsOf(
  plan: Plan,
  purchaseId: number,
  person: Person,
  offset: number,
  bookings: ExpectedBooking[],
): Delivery[] {
  return plan.events.flatMap(({ event: happening, route, repeat }, step) => {
    const one = bookings[happening.booking % bookings.length] as ExpectedBooking;
    const delivery = happen(happening, one, route, () => bodyOf(purchaseId, person, offset, bookings, step + 1));
    return Array.from({ length: repeat + 1 }, () => delivery);
  });
}

/** Changes the model and says what BookingBug would post. Cancelled is final in the model as it must be in the CRM. */
function happen(happening: Event, one: ExpectedBooking, route: CallbackRoute, body: () => Json): Delivery {
  if (one.status === "cancelled") return { route, body: body() };
  if (happening.kind === "move") {
    one.previous = one.start;
    one.start += happening.hours * HOUR;
    one.moves += 1;
    one.status = "rescheduled";
  }
  if (happening.kind !== "cancel") return { route, body: body() };
  const before = body();
  one.status = "cancelled";
  const mine = before._embedded.bookings.find((candidate: Json) => String(candidate.id) === one.id);
  if (happening.shape === "alone") return { route: "cancellations", body: mine };
  if (happening.shape === "flag") mine.is_cancelled = true;
  else mine.full_describe += " (CANCELLED)";
  return { route, body: before };
}

function bodyOf(
  purchaseId: number,
  person: Person,
  offset: number,
  bookings: readonly ExpectedBooking[],
  step: number,
): Json {
  return purchase((body) => {
    body.id = purchaseId;
    const { client, member, bookings: samples } = body._embedded;
    for (const one of [client, member]) {
      one.id = clientIdOf(person, offset);
      if (person.email === undefined) delete one.email;
      else one.email = emailOf(person, offset);
    }
    const [template] = samples;
    body._embedded.bookings = bookings.map((one) => ({
      ...template,
      id: Number(one.id),
      purchase_id: purchaseId,
      datetime: new Date(one.start).toISOString(),
      end_datetime: new Date(one.start + HOUR / 2).toISOString(),
      quantity: step + 1,
      is_cancelled: one.status === "cancelled",
      email: one.person.email === undefined ? "" : emailOf(one.person, offset),
    }));
  });
}

export function clientIdOf(person: Person, offset: number): number {
  return offset * 10 + person.clientId;
}

export function emailOf(person: Person, offset: number): string | undefined {
  return person.email === undefined ? undefined : `person${person.email}.of.${offset}@example.com`;
}
