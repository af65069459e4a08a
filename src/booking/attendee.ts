/** The person whom a booking by itself names, in the admin API's words or the public one's, and who is somebody else. */
import { cleanText } from "./clean.ts";
import type { CleanObject } from "./types.ts";

/** Keys of a booking that are about its person. */
export const ATTENDEE_KEYS: ReadonlySet<string> = new Set([
  ...["client_id", "client_name", "client_email", "client_phone", "client_mobile", "mobile"],
  ...["member_id", "first_name", "last_name", "email"],
]);

/** @param id where the booking has no client's */
export function attendeeOf(body: CleanObject, id?: unknown): CleanObject {
  const person = {
    id: body.client_id ?? id,
    first_name: body.first_name,
    last_name: body.last_name,
    email: body.email ?? body.client_email,
    mobile: body.client_mobile ?? body.mobile,
    phone: body.client_phone,
  };
  const said = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined));
  return completed(said, nameIn(body.client_name));
}

/** "Ana Maria Silva" is Ana Maria, surname Silva. Whoever puts a whole name together puts blanks into it, too. */
export function nameIn(name: unknown): CleanObject {
  if (typeof name !== "string") return {};
  const words = name.split(" ").filter((word) => cleanText(word) !== undefined);
  const last = words.pop();
  return { ...(words.length > 0 && { first_name: words.join(" ") }), ...(last && { last_name: last }) };
}

/** Who has another id, e-mail or name is somebody else: one of a group, say, whom the buyer booked for. */
export function completed(person: CleanObject, other: CleanObject): CleanObject {
  const isSomebodyElse = differ(person.id, other.id) || lookDifferent(person, other);
  return isSomebodyElse ? person : { ...withoutSurnameOf(person, other), ...person };
}

/** A whole name that is the first name alone has no surname, wherever it was cut in two. */
function withoutSurnameOf({ first_name: first }: CleanObject, other: CleanObject): CleanObject {
  const { last_name: last, ...rest } = other;
  const whole = [other.first_name, last].filter((name) => name !== undefined).map(text);
  return first !== undefined && whole.join(" ") === text(first) ? rest : other;
}

/** By id where both have one; without, a child whom a parent books for has another name. */
export function isSamePerson(one: CleanObject, other: CleanObject): boolean {
  if (one.id !== undefined && other.id !== undefined) return !differ(one.id, other.id);
  return !lookDifferent(one, other);
}

function lookDifferent(one: CleanObject, other: CleanObject): boolean {
  return differ(one.email, other.email) || namesDiffer(one, other);
}

function differ(one: unknown, other: unknown): boolean {
  return one !== undefined && other !== undefined && text(one) !== text(other);
}

/** The names may be cut in two at different places, and one may be shorter. */
export function namesDiffer(one: CleanObject, other: CleanObject): boolean {
  if (one.first_name === other.first_name && one.last_name === other.last_name) return false;
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
