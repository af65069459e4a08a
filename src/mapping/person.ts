/** Whom a purchase's record of a person is about, and what is known of them, whichever part of the notification says it. */
import type { BookingState, CleanObject, PurchaseState } from "../booking/types.ts";

/** The client, with what only the member, the bookings or the purchase say of the same person filled in. */
export function personOf(state: PurchaseState, booking: BookingState | undefined): CleanObject {
  const buyer = buyerOf(state);
  const bookings = Object.values(state.bookings);
  const isBought = Object.keys(buyer).length > 0;
  // The same for every booking, so that their records do not contend; without a buyer each has a person of its own.
  const attended = isBought ? bookings : [booking ?? bookings[0]].filter((one) => one !== undefined);
  const person = attended.reduce((known, { body }) => completed(known, attendeeOf(body, state.client)), buyer);
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
  return isSame(said, known) ? { ...known, ...said } : said;
}

/** By id where both have one; without, a child whom a parent books for has another name. */
function isSame(one: CleanObject, other: CleanObject): boolean {
  if (one.id !== undefined && other.id !== undefined) return !differ(one.id, other.id);
  return !lookDifferent(one, other);
}

/**
 * The person as a booking alone names them, in the admin API's words or the public one's. Of a client who is named without
 * an id, the member's says nothing.
 */
function attendeeOf(body: CleanObject, client: CleanObject | undefined): CleanObject {
  const person = {
    id: body.client_id ?? (client === undefined || client.id !== undefined ? body.member_id : undefined),
    first_name: body.first_name,
    last_name: body.last_name,
    email: body.email ?? body.client_email,
    mobile: body.client_mobile ?? body.mobile,
    phone: body.client_phone,
  };
  const said = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined));
  return completed(said, nameIn(body.client_name));
}

/** "Ana Maria Silva" is Ana Maria, surname Silva. */
function nameIn(name: unknown): CleanObject {
  if (typeof name !== "string") return {};
  const words = name.split(" ");
  const last = words.pop();
  return { ...(words.length > 0 && { first_name: words.join(" ") }), ...(last && { last_name: last }) };
}

/** Who has another id, e-mail or name is somebody else: one of a group, say, whom the buyer booked for. */
function completed(person: CleanObject, other: CleanObject): CleanObject {
  const isSomebodyElse = differ(person.id, other.id) || lookDifferent(person, other);
  return isSomebodyElse ? person : { ...other, ...person };
}

function lookDifferent(one: CleanObject, other: CleanObject): boolean {
  return differ(one.email, other.email) || namesDiffer(one, other);
}

function differ(one: unknown, other: unknown): boolean {
  return one !== undefined && other !== undefined && text(one) !== text(other);
}

/** The names may be cut in two at different places, and one may be shorter. */
function namesDiffer(one: CleanObject, other: CleanObject): boolean {
  const [shorter, longer] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.size - b.size);
  return shorter !== undefined && longer !== undefined && !shorter.isSubsetOf(longer);
}

function wordsOf({ first_name: first, last_name: last }: CleanObject): Set<string> {
  const words = [first, last].filter((name) => name !== undefined).flatMap((name) => text(name).split(" "));
  return new Set(words);
}

function text(value: unknown): string {
  return String(value).trim().toLowerCase();
}
