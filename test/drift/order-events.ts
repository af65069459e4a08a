/** What happens to bookings and to their records, at random. */
import fc from "fast-check";

/** Few, so that people often type what BookingBug says or has said. */
export const TEXTS = ["Alder", "Birch", "Cedar", "Elm"] as const;

/** Of a person, and of a booking: each slot is a field of both CRMs. */
export const PERSON_SLOTS = ["last", "title", "phone", "mobile", "city", "zip"] as const;
export const BOOKING_SLOTS = ["subject", "place", "staff", "resource", "service"] as const;
export type Whose = "person" | "booking";

/** What goes wrong while a notification is worked on. */
export type Weather = "calm" | "lost_answer" | "unavailable" | "worker_ends";

/** Which value somebody types. */
export type How = "new" | "ours" | "back" | "case" | "blanks" | "empty";

export type Happening =
  | {
      readonly kind: "says";
      readonly of: Whose;
      readonly slot: number;
      readonly text: (typeof TEXTS)[number];
      readonly weather: Weather;
    }
  | { readonly kind: "moves"; readonly hour: number; readonly weather: Weather }
  | { readonly kind: "cancels"; readonly weather: Weather }
  | {
      readonly kind: "edit";
      readonly of: Whose;
      readonly slot: number;
      readonly text: (typeof TEXTS)[number];
      readonly how: How;
    }
  | { readonly kind: "delete"; readonly of: Whose }
  | { readonly kind: "merge"; readonly held: readonly string[] }
  | { readonly kind: "round"; readonly dies: boolean }
  | { readonly kind: "repair" }
  | { readonly kind: "decide"; readonly which: number; readonly take: "bookingbug" | "crm" };

export interface Event {
  /** Of which booking, or of whose. */
  readonly booking: number;
  readonly what: Happening;
}

export interface World {
  /** Each booking's person: some have several bookings. */
  readonly people: readonly number[];
  readonly events: readonly Event[];
}

const text = fc.constantFrom(...TEXTS);
const of = fc.constantFrom<Whose>("person", "booking");
const slot = fc.nat(PERSON_SLOTS.length);
const weather = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Weather>("calm") },
  { weight: 1, arbitrary: fc.constantFrom<Weather>("lost_answer", "unavailable", "worker_ends") },
);
const how = fc.oneof(
  { weight: 3, arbitrary: fc.constant<How>("new") },
  { weight: 3, arbitrary: fc.constantFrom<How>("ours", "back", "case", "blanks", "empty") },
);

const what: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("says" as const), of, slot, text, weather }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("moves" as const), hour: fc.integer({ min: 9, max: 12 }), weather }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancels" as const), weather }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant("edit" as const), of, slot, text, how }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), of }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("merge" as const),
      held: fc.array(fc.constantFrom("", ...TEXTS), { minLength: 6, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("round" as const), dies: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ kind: "repair" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("decide" as const),
      which: fc.nat(5),
      take: fc.constantFrom("bookingbug" as const, "crm" as const),
    }),
  },
);

export const world: fc.Arbitrary<World> = fc.record({
  people: fc.array(fc.nat(1), { minLength: 1, maxLength: 3 }),
  events: fc.array(fc.record({ booking: fc.nat(2), what }), { minLength: 3, maxLength: 12 }),
});
