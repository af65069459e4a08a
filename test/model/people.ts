/** Who a world's people are: their ids, their addresses, and who shares one. */
import type { Person, World } from "./world.ts";

/** What a notification says of the client. */
export interface Statement {
  readonly clientId: number;
  readonly email: string | undefined;
  readonly surname: string;
}

/** Ids of clients that share an address in this world. */
export function householdOf({ people }: World, offset: number, clientId: number): ReadonlySet<number> {
  const self = people.find((one) => clientIdOf(one, offset) === clientId);
  const shared = people.filter((one) => one === self || (one.email !== undefined && one.email === self?.email));
  return new Set(shared.map((one) => clientIdOf(one, offset)));
}

export function personAt({ people }: World, index: number): Person {
  return people[index % people.length] as Person;
}

export function stated(person: Person, name: number, offset: number): Statement {
  const email = person.email === undefined ? undefined : `person${person.email}.of.${offset}@example.com`;
  return { clientId: clientIdOf(person, offset), email, surname: surnameOf(name) };
}

export function surnameOf(name: number): string {
  return `Name${name}`;
}

function clientIdOf(person: Person, offset: number): number {
  return offset * 10 + person.clientId;
}
