/**
 * Whom a booking is for beside its client: its own person where that is somebody else, JRNI's additional attendees, and
 * the children whom the settings list, whose shape is not documented: ids or objects.
 */
import { attendeeOf, completed, isSamePerson, nameIn, namesDiffer } from "./attendee.ts";
import type { CleanObject } from "./types.ts";

/** @param client whom the booking's record of a person is about. Each person once */
export function othersIn(body: CleanObject, client: CleanObject): CleanObject[] {
  const listed = listedIn(body).filter((person) => !isOne(person, client));
  return [...ownIn(body, client), ...listed].reduce<CleanObject[]>(withPerson, []);
}

/** People whom a booking lists beside its own. */
export function listedIn({ additional_attendee_customers: additional, settings }: CleanObject): CleanObject[] {
  const children = isObject(settings) ? settings.child_clients : undefined;
  return [additional, children].flatMap(entriesOf).flatMap(personIn);
}

/** Whether both certainly are the same person: what they say of their name, and of one thing more, agrees. */
export function isOne(person: CleanObject, other: CleanObject): boolean {
  if (namesDiffer(person, other)) return false;
  return isSame(person.id, other.id) || isSame(person.email, other.email);
}

export function isSame(one: unknown, other: unknown): boolean {
  return one !== undefined && other !== undefined && comparable(one) === comparable(other);
}

function comparable(value: unknown): string {
  return String(value).trim().toLowerCase();
}

/** The booking's `first_name`, `last_name` and `email` are of who comes; what begins with `client_` is of who booked. */
function ownIn(body: CleanObject, client: CleanObject): CleanObject[] {
  const { first_name: _first, last_name: _last, email: _email, ...rest } = body;
  const named = textsOf(body, ["first_name", "last_name", "email"]);
  const booked = attendeeOf(rest);
  const { id, ...person } = completed(named, booked);
  if (!isSame(id, client.id)) {
    const whole = id === undefined ? person : { id, ...person };
    return isOne(whole, client) || isSamePerson(client, whole) ? [] : [whole];
  }
  // Under the id of who booked another name can stand alone.
  return namesDiffer(person, client) ? [person] : [];
}

function withPerson(people: readonly CleanObject[], person: CleanObject): CleanObject[] {
  const at = people.findIndex((one) => isOne(one, person));
  return at === -1 ? [...people, person] : people.map((one, index) => (index === at ? { ...person, ...one } : one));
}

/** A list, or the one thing that stands in its place. */
function entriesOf(list: unknown): unknown[] {
  if (Array.isArray(list)) return list;
  return list === undefined ? [] : [list];
}

function personIn(entry: unknown): CleanObject[] {
  if (typeof entry === "number" || (typeof entry === "string" && /^\d{1,18}$/.test(entry))) return [{ id: entry }];
  if (!isObject(entry)) return [];
  const id = entry.id ?? entry.client_id;
  const said = textsOf(entry, ["first_name", "last_name", "email", "mobile", "phone"]);
  const known = { ...(typeof id === "number" || typeof id === "string" ? { id } : {}), ...said };
  const person = completed(known, nameIn(entry.name));
  return Object.keys(person).length === 0 ? [] : [person];
}

function textsOf(from: CleanObject, keys: readonly string[]): CleanObject {
  return Object.fromEntries(keys.flatMap((key) => (typeof from[key] === "string" ? [[key, from[key]]] : [])));
}

function isObject(value: unknown): value is CleanObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
