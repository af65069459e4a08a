/** All bookings of a person that are known, whichever purchases they are of, as a mapping's expressions see them. Pure. */
import { normalisedEmail } from "../booking/people.ts";
import type { BookingState, CleanObject, PurchaseState } from "../booking/types.ts";
import { inOrder, listed, statusOf } from "./booking-variables.ts";
import { personOf } from "./person.ts";

export interface TheirBooking {
  readonly booking: BookingState;
  readonly purchaseId: string;
}

/** What is known of people's bookings. */
export interface PersonsBookings {
  /** When it was looked at, among all looks: the later look is the newer. */
  readonly look: number;
  /** By `personKey`. */
  readonly of: ReadonlyMap<string, readonly TheirBooking[]>;
}

/** By their id, else their e-mail, else what they are called. */
export function personKey({ id, email, first_name, last_name }: CleanObject): string {
  if (id !== undefined) return `id:${id}`;
  if (typeof email === "string") return `email:${normalisedEmail(email)}`;
  return `name:${first_name} ${last_name}`;
}

/** Whether they are told from everybody else: names alone are not, beyond the purchase that says them. */
export function isToldApart(key: string): boolean {
  return !key.startsWith("name:");
}

/** Those whom a mapping would write for a purchase. */
export function peopleIn(state: PurchaseState): Set<string> {
  const bookings = Object.values(state.bookings);
  const people = bookings.length === 0 ? [personOf(state, undefined)] : bookings.map((one) => personOf(state, one));
  return new Set(people.map(personKey));
}

/** @param isOwn leaves out a booking that another purchase tells of */
export function bookingsOf(
  state: PurchaseState,
  key: string,
  isOwn: (bookingId: string) => boolean = () => true,
): TheirBooking[] {
  return Object.values(state.bookings)
    .filter((booking) => isOwn(booking.id) && personKey(personOf(state, booking)) === key)
    .map((booking) => ({ booking, purchaseId: state.purchaseId }));
}

/** The person, with what is to be read of their bookings; worked out where a mapping reads it. */
export function withBookings(client: CleanObject, theirs: () => readonly TheirBooking[]): CleanObject {
  let known: CleanObject | undefined;
  const read = (name: string): unknown => {
    known ??= countedUp(theirs());
    return known[name];
  };
  const names = THEIR_BOOKINGS.map((name) => [name, { enumerable: true, get: () => read(name) }] as const);
  return Object.defineProperties({ ...client }, Object.fromEntries(names));
}

export const THEIR_BOOKINGS = [
  ...["first_booking", "last_booking", "next_booking"],
  ...["booking_count", "active_count", "cancelled_count", "no_show_count"],
] as const;

/** Whether an expression reads something of all bookings of a person. @param paths as the compiler has them */
export function readsBookings(paths: readonly (readonly string[])[], text: string): boolean {
  return paths.some(([root, name]) => {
    if (root !== "client") return false;
    // What comes after a name that is computed, or given to `client` itself, is not in the path.
    return name === undefined
      ? THEIR_BOOKINGS.some((one) => text.includes(one))
      : THEIR_BOOKINGS.some((one) => one === name);
  });
}

/**
 * "Next" is seen from when something was last said of any of the bookings, not from now: evaluated tomorrow, it is the same.
 */
function countedUp(theirs: readonly TheirBooking[]): CleanObject {
  const all = theirs.toSorted((a, b) => inOrder(a.booking, b.booking));
  const standing = all.filter(({ booking }) => !["cancelled", "waitlisted"].includes(statusOf(booking)));
  const count = (status: string): number => all.filter(({ booking }) => statusOf(booking) === status).length;
  const said = all.map(({ booking }) => booking.changedAt).toSorted();
  const saidLast = said.at(-1) ?? "";
  const seen = (one: TheirBooking | undefined) => one && listed(one.booking, one.purchaseId);
  return {
    first_booking: seen(standing[0]),
    last_booking: seen(standing.at(-1)),
    next_booking: seen(standing.find(({ booking }) => booking.start > saidLast)),
    booking_count: all.length,
    active_count: all.length - count("cancelled"),
    cancelled_count: count("cancelled"),
    no_show_count: count("no_show"),
  };
}
