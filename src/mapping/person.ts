/** Whom a purchase's record of a person is about, and what is known of them, whichever part of the notification says it. */
import { attendeeOf, completed, isSamePerson, nameIn } from "../booking/attendee.ts";
import type { BookingState, CleanObject, PurchaseState } from "../booking/types.ts";

/** The client, with what only the member, the bookings or the purchase say of the same person filled in. */
export function personOf(state: PurchaseState, booking: BookingState | undefined): CleanObject {
  const { client } = state;
  const buyer = buyerOf(state);
  const bookings = Object.values(state.bookings);
  const isBought = Object.keys(buyer).length > 0;
  // The same for every booking, so that their records do not contend; without a buyer each has a person of its own.
  const attended = isBought ? bookings : [booking ?? bookings[0]].filter((one) => one !== undefined);
  // Of a client who is named without an id, the member's says nothing.
  const isMembers = client === undefined || client.id !== undefined;
  const attendees = attended.map(({ body }) => attendeeOf(body, isMembers ? body.member_id : undefined));
  const person = attendees.reduce(completed, buyer);
  const isOne = isBought || bookings.length === 1;
  return isOne ? completed(person, nameIn(state.purchase.client_name)) : person;
}

/** A child whom a parent books for has another id than the parent, who is the member. */
function buyerOf({ client, member }: PurchaseState): CleanObject {
  // Theirs as a member: the whole name is the client's in parts, the company is where the account is.
  const { name, company_id: _company, ...account } = member ?? {};
  const known = completed(account, nameIn(name));
  if (client === undefined) return known;
  const said = completed(client, nameIn(client.name));
  return isSamePerson(said, known) ? { ...known, ...said } : said;
}
