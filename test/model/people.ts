/** Who a world's people are: their ids, their addresses, and who shares one. */
import type { Person, World } from "./world.ts";

/** What a notification says of the client. */
export interface Statement {
  /** Their index in the world. */
  readonly person: number;
  /** Absent where BookingBug names them without one. */
  readonly clientId: number | undefined;
  readonly email: string | undefined;
  readonly surname: string;
}

/** People who are one contact. */
export interface Household {
  readonly people: ReadonlySet<number>;
  /** Ids that the contact may be stamped with. */
  readonly clientIds: ReadonlySet<number>;
  /** By which it is recognised while it has none. */
  readonly email: string | undefined;
}

/** The people who share an address in this world. */
export function householdOf({ people }: World, offset: number, person: number): Household {
  const self = people[person];
  const shared = [...people.entries()].filter(
    ([, one]) => one === self || (one.email !== undefined && one.email === self?.email),
  );
  const clientIds = shared.flatMap(([, one]) => clientIdOf(one, offset) ?? []);
  const email = self === undefined ? undefined : emailOf(self, offset);
  return { people: new Set(shared.map(([index]) => index)), clientIds: new Set(clientIds), email };
}

/** Nothing tells them from anybody else: they get no contact. */
export function isUnknowable({ clientIds, email }: Household): boolean {
  return clientIds.size === 0 && email === undefined;
}

/** @param index of any size, as events name people */
export function stated({ people }: World, index: number, name: number, offset: number): Statement {
  const person = index % people.length;
  const one = people[person] as Person;
  // Who has no id is told apart by the name too.
  const surname = one.hasId ? surnameOf(name) : `Nameless${person}${surnameOf(name)}`;
  return { person, clientId: clientIdOf(one, offset), email: emailOf(one, offset), surname };
}

export function surnameOf(name: number): string {
  return `Name${name}`;
}

/** Whoever has another name has another number and street with it. */
export function mobileOf(surname: string): string {
  return `79000000${surname.replace(/\D/g, "").padStart(2, "0")}`;
}

export function streetOf(surname: string): string {
  return `1 ${surname} Street`;
}

function emailOf({ email }: Person, offset: number): string | undefined {
  return email === undefined ? undefined : `person${email}.of.${offset}@example.com`;
}

function clientIdOf({ hasId, clientId }: Person, offset: number): number | undefined {
  return hasId ? offset * 10 + clientId : undefined;
}
