/** A small world of people, purchases and bookings, and what happens to it. */
import fc from "fast-check";

export interface Person {
  readonly clientId: number;
  /** BookingBug may name a person without one. */
  readonly hasId: boolean;
  /** Index of an address book entry, shared by people of one household; none: a person with a phone only. */
  readonly email: number | undefined;
}

/** Whose words: the purchase with all its bookings, or one booking as the public, the admin API or JRNI has it. */
export type Shape = "total" | Lone;
export type Lone = "alone" | "admin" | "jrni";

export type Event =
  | { readonly kind: "update"; readonly booking: number; readonly shape: Shape }
  | { readonly kind: "move"; readonly booking: number; readonly hours: number; readonly shape: Shape }
  | { readonly kind: "cancel"; readonly booking: number; readonly shape: "flag" | "describe" | Lone }
  /** A body comes that is older by BookingBug's clock than one before it; it may be the one that brings a cancellation. */
  | { readonly kind: "stale"; readonly booking: number; readonly shape: "admin" | "jrni"; readonly cancels: boolean }
  /** The client has another name from now on, as far as this purchase says. */
  | { readonly kind: "rename"; readonly name: number }
  /** The client has another address, which nobody else has or had. */
  | { readonly kind: "readdress" }
  /** The purchase is somebody else's from now on. */
  | { readonly kind: "hand_over"; readonly person: number }
  /** The purchase's bookings are at the branch from now on, or at home; those that are cancelled stay where they were. */
  | { readonly kind: "relocate"; readonly toBranch: boolean }
  /** A cancellation that does not say which of several bookings it means: an operator says so, after `later` events. */
  | { readonly kind: "unflagged"; readonly booking: number; readonly later: number; readonly answer: Answer }
  /** A booking is not listed: it is gone, or was forgotten. An operator says which, or the next body does. */
  | {
      readonly kind: "omit";
      readonly booking: number;
      readonly gone: boolean;
      readonly byNews: boolean;
      readonly answer: Answer;
    };

/** How an operator comes to the right answer. */
export interface Answer {
  /** Says the contrary first, and takes it back. */
  readonly mistaken: boolean;
  /** Says of all others in one go that they are active. */
  readonly others: boolean;
}

/** `lost_reply`: Redis stored it, its answer was lost, and it is stored once more after what came next. `quarantine`: could
 * not be read at first, and is read again after what came next. */
export type Way = "http" | "lost_reply" | "quarantine";

export interface Plan {
  readonly person: number;
  /** Who books for the client, a parent for a child; none: the client. */
  readonly member: number | undefined;
  readonly name: number;
  readonly bookings: number;
  /** Another purchase lists its first booking too, and tells of it what this one does not. */
  readonly relisted: boolean;
  readonly events: readonly {
    readonly event: Event;
    readonly route: "bookings" | "updates";
    readonly repeat: number;
    readonly way: Way;
    /** By the purchase that lists the booking too, if there is one. */
    readonly elsewhere: boolean;
  }[];
}

export interface World {
  readonly people: readonly Person[];
  /** Salesforce has two contacts with the address of one of them. */
  readonly twins: boolean;
  readonly plans: readonly Plan[];
}

const MAX_BOOKINGS = 3;

const booking = fc.nat({ max: MAX_BOOKINGS - 1 });
const shape = fc.oneof(
  { weight: 2, arbitrary: fc.constant("total" as const) },
  { weight: 3, arbitrary: fc.constantFrom("alone" as const, "admin" as const, "jrni" as const) },
);
const name = fc.nat({ max: 5 });
const person = fc.nat({ max: 2 });
const answer: fc.Arbitrary<Answer> = fc.record({ mistaken: fc.boolean(), others: fc.boolean() });
const way = fc.oneof(
  { weight: 4, arbitrary: fc.constant("http" as const) },
  { weight: 1, arbitrary: fc.constantFrom("lost_reply" as const, "quarantine" as const) },
);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("update" as const), booking, shape }),
  fc.record({ kind: fc.constant("move" as const), booking, hours: fc.constantFrom(1, -1, 30, 2_000), shape }),
  fc.record({
    kind: fc.constant("cancel" as const),
    booking,
    shape: fc.constantFrom("flag" as const, "describe" as const, "alone" as const, "admin" as const, "jrni" as const),
  }),
  fc.record({
    kind: fc.constant("stale" as const),
    booking,
    shape: fc.constantFrom("admin" as const, "jrni" as const),
    cancels: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("rename" as const), name }),
  fc.record({ kind: fc.constant("readdress" as const) }),
  fc.record({ kind: fc.constant("hand_over" as const), person }),
  fc.record({ kind: fc.constant("relocate" as const), toBranch: fc.boolean() }),
  fc.record({ kind: fc.constant("unflagged" as const), booking, later: fc.nat({ max: 2 }), answer }),
  fc.record({ kind: fc.constant("omit" as const), booking, gone: fc.boolean(), byNews: fc.boolean(), answer }),
);

const world: fc.Arbitrary<World> = fc.record({
  people: fc.uniqueArray(
    fc.record({
      clientId: fc.nat({ max: 9 }),
      hasId: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      email: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 3, selector: ({ clientId }) => clientId },
  ),
  twins: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  plans: fc.array(
    fc.record({
      person,
      member: fc.option(person, { nil: undefined }),
      name,
      bookings: fc.integer({ min: 1, max: MAX_BOOKINGS }),
      relisted: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      events: fc.array(
        fc.record({
          event,
          route: fc.constantFrom("bookings" as const, "updates" as const),
          repeat: fc.nat({ max: 2 }),
          way,
          elsewhere: fc.boolean(),
        }),
        { maxLength: 5 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** Worlds that happen at one moment and share nothing but the service; one that fails is found by leaving others out. */
export function batch(size: number): fc.Arbitrary<(World | undefined)[]> {
  return fc.array(fc.option(world, { freq: 1_000_000, nil: undefined }), { minLength: size, maxLength: size });
}
