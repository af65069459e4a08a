/** The attendees of a booking as mappings see them: those whom it is for beside its client, and what is their own. */
import { createHash } from "node:crypto";
import { namesDiffer } from "../booking/attendee.ts";
import { isOne, isSame, othersIn } from "../booking/attendees.ts";
import type { BookingState, CleanObject, PurchaseState } from "../booking/types.ts";
import { personOf } from "./person.ts";

/** An attendee, and what tells them from the others of the booking. */
export interface Attendee {
  /** Holds nothing of the person. */
  readonly key: string;
  readonly person: CleanObject;
}

/** What people are reached by, and recognised by in a CRM. */
const REACHED_BY = ["email", "mobile", "phone"] as const;

export function attendeesOf(state: PurchaseState, booking: BookingState): Attendee[] {
  const others = othersIn(booking.body, personOf(state, booking));
  if (others.length === 0) return [];
  const everybody = peopleOf(state);
  const attendees = others.map((person) => attendee(ownOf(person, everybody)));
  return [...new Map(attendees.map((one) => [one.key, one])).values()];
}

function peopleOf(state: PurchaseState): CleanObject[] {
  const bookings = Object.values(state.bookings);
  const ofBookings = bookings.flatMap((booking) => {
    const client = personOf(state, booking);
    return [client, ...othersIn(booking.body, client)];
  });
  return state.member === undefined ? ofBookings : [...ofBookings, state.member];
}

/**
 * Without what somebody else has as well: an e-mail that a parent left for their children would make one record of them
 * all, and theirs of the parent's.
 */
function ownOf(person: CleanObject, everybody: readonly CleanObject[]): CleanObject {
  const others = everybody.filter((other) => isSomebodyElse(person, other));
  const isShared = (key: string): boolean =>
    others.some((other) => REACHED_BY.some((by) => isSame(person[key], other[by])));
  const kept = Object.entries(person).filter(([key]) => !REACHED_BY.some((by) => by === key) || !isShared(key));
  return Object.fromEntries(kept);
}

function isSomebodyElse(person: CleanObject, other: CleanObject): boolean {
  if (isOne(person, other)) return false;
  const haveIds = person.id !== undefined && other.id !== undefined;
  return haveIds || namesDiffer(person, other);
}

function attendee(person: CleanObject): Attendee {
  const { id, email, first_name: first, last_name: last, mobile, phone } = person;
  const name = [first, last].filter((word) => word !== undefined).join(" ");
  const known = id === undefined ? (email ?? [name, mobile, phone].join("\n")) : `#${id}`;
  const key = createHash("sha256").update(String(known).trim().toLowerCase()).digest("hex").slice(0, 12);
  return { key, person: name === "" ? person : { ...person, name } };
}
