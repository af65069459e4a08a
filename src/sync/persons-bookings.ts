/**
 * What is known of all bookings of a purchase's people, whichever purchases they are of: worked out anew each time from what
 * each purchase says by itself. Only where a mapping reads it.
 */
import type { Joined } from "../booking/elsewhere.ts";
import type { PurchaseState } from "../booking/types.ts";
import {
  bookingsOf,
  isToldApart,
  type PersonsBookings,
  peopleIn,
  type TheirBooking,
} from "../mapping/persons-bookings.ts";
import type { MappingSet } from "../mapping/set.ts";
import { latestJoined, type StateDeps } from "./latest-state.ts";
import type { PassDeps } from "./pass.ts";

/**
 * Says whom the purchase is for, then looks. Two passes over purchases of one person that look at one moment both see what the
 * other has heard, or the later look does.
 */
export async function lookAtPeople(
  deps: PassDeps,
  before: PurchaseState | undefined,
  joined: Joined,
): Promise<PersonsBookings | undefined> {
  if (!areRead(deps.mappings(), deps.crm)) return undefined;
  const { state } = joined;
  const people = peopleIn(state);
  const told = [...people].filter(isToldApart);
  const look = await deps.ledger.isFor(state.purchaseId, told, deps.ledger.secondsToKeep(state));
  const former = before === undefined ? [] : [...peopleIn(before).difference(people)].filter(isToldApart);
  for (const person of former) await leave(deps, state.purchaseId, person);
  return { look, of: await bookingsByPerson(deps, joined) };
}

/** The same for who only wants to know. */
export async function seenOfPeople(
  deps: StateDeps & { readonly crm: string; readonly mappings: MappingSet },
  joined: Joined,
): Promise<PersonsBookings | undefined> {
  if (!areRead(deps.mappings, deps.crm)) return undefined;
  return { look: 0, of: await bookingsByPerson(deps, joined) };
}

function areRead({ mappings }: MappingSet, crm: string): boolean {
  return mappings.some((mapping) => mapping.crm === crm && mapping.readsBookings);
}

/** What is written of who was handed from becomes something else with their next pass, if they have another purchase. */
async function leave({ ledger, lookAgain }: PassDeps, purchaseId: string, person: string): Promise<void> {
  const [other] = (await ledger.purchasesOf(person)).filter((one) => one !== purchaseId);
  if (other !== undefined) await lookAgain([other]);
  await ledger.isForNoLonger(purchaseId, person);
}

async function bookingsByPerson(deps: StateDeps, own: Joined): Promise<PersonsBookings["of"]> {
  const known = new Map<string, Promise<Joined | undefined>>([[own.state.purchaseId, Promise.resolve(own)]]);
  const look = (purchaseId: string): Promise<Joined | undefined> => {
    const looked = known.get(purchaseId) ?? latestJoined(deps, purchaseId);
    known.set(purchaseId, looked);
    return looked;
  };
  const entries = [...peopleIn(own.state)].map(async (person): Promise<[string, readonly TheirBooking[]]> => {
    const listed = isToldApart(person) ? await deps.ledger.purchasesOf(person) : [];
    const purchases = await Promise.all([...new Set([own.state.purchaseId, ...listed])].map(look));
    return [person, purchases.flatMap((one) => (one === undefined ? [] : toldBy(one, person)))];
  });
  return new Map(await Promise.all(entries));
}

/** A booking that another purchase tells of counts there. */
function toldBy({ state, left }: Joined, person: string): TheirBooking[] {
  return bookingsOf(state, person, (bookingId) => !left.has(bookingId));
}
