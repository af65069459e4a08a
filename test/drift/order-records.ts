/** The records of a random world in both CRMs, each with the model of what is to become of it. */
import { expect } from "@jest/globals";
import { CRMS, type Crm, NAMES, RULES } from "./order-crms.ts";
import { BOOKING_SLOTS, PERSON_SLOTS, type Whose, type World } from "./order-events.ts";
import { heldIn, type Player, startAt } from "./order-play.ts";
import { isSame, type Model, newModel } from "./order-rules.ts";

interface Person {
  readonly id: number;
  readonly slots: Map<string, string>;
}

export interface Booking {
  readonly id: number;
  readonly person: Person;
  readonly slots: Map<string, string>;
  hour: number;
  isCancelled: boolean;
}

/** A record in a CRM. */
export interface Kept {
  readonly of: Whose;
  readonly key: number;
  readonly model: Model;
  id: string;
  /** Which one of the person's records it is, or which one a booking's is linked to: they may have another one in the end. */
  which: number;
}

export interface Scene {
  readonly player: Player;
  readonly bookings: readonly Booking[];
  readonly ids: readonly string[];
  readonly records: ReadonlyMap<Crm, readonly Kept[]>;
}

/** @param first of numbers that nobody else has */
export function sceneOf(player: Player, { people }: World, first: number): Scene {
  const persons = [0, 1].map((who): Person => {
    const slots = PERSON_SLOTS.map((slot): [string, string] => [slot, "Alder"]);
    return { id: first * 10 + who, slots: new Map([...slots, ["email", `who${first + who}@example.com`]]) };
  });
  const bookings = people.map((who, index): Booking => {
    const person = persons[who];
    if (person === undefined) throw new Error("There are two.");
    const slots = new Map(BOOKING_SLOTS.map((slot) => [slot, "Alder"]));
    return { id: first + index, person, slots, hour: 9, isCancelled: false };
  });
  const record = (of: Whose, key: number, says: ReadonlyMap<string, string>): Kept => ({
    ...{ of, key, model: newModel(RULES[of], says), id: "", which: 0 },
  });
  const recordsOf = (): Kept[] => [
    ...[...new Set(bookings.map(({ person }) => person))].map(({ id, slots }) => record("person", id, slots)),
    ...bookings.map((one) => record("booking", one.id * 10, saidOf(one))),
  ];
  const records = new Map(CRMS.map((crm) => [crm, recordsOf()]));
  return { player, bookings, ids: bookings.map(({ id }) => String(id)), records };
}

export function saidOf({ slots, hour, isCancelled }: Booking): ReadonlyMap<string, string> {
  return new Map([...slots, ["start", startAt(hour)], ["status", isCancelled ? "Cancelled" : "Booked"]]);
}

export function allIn({ records }: Scene, crm: Crm): readonly Kept[] {
  return records.get(crm) ?? [];
}

export function recordOf(scene: Scene, crm: Crm, of: Whose, { id, person }: Booking): Kept {
  const key = of === "person" ? person.id : id * 10;
  const found = allIn(scene, crm).find((one) => one.of === of && one.key === key);
  if (found === undefined) throw new Error("Both CRMs have all.");
  return found;
}

/** The CRMs hold what the models say, under whichever ids. */
export async function expectAsModelled(scene: Scene): Promise<void> {
  const { system } = scene.player;
  for (const crm of CRMS) {
    expect([crm, await system.failures(crm)]).toEqual([crm, []]);
    for (const one of allIn(scene, crm)) {
      const { of, key, model } = one;
      const held = heldIn(system, crm, of, key);
      const wanted =
        model.state === "there" ? [...model.fields].map(([name, { holds }]) => [name, holds] as const) : [];
      const differ = wanted.filter(([name, holds]) => !isHeld(held?.slots.get(name), holds));
      const found = differ.map(([name]) => [name, held?.slots.get(name)] as const);
      expect([crm, of, held !== undefined, found]).toEqual([crm, of, model.state === "there", differ]);
      if (held !== undefined) one.id = held.id;
    }
  }
}

function isHeld(held: string | undefined, wanted: string): boolean {
  return held === wanted || isSame(held, wanted);
}

/** Everything that the CRMs hold, down to when it was written. */
export function everything({ player: { system } }: Scene): unknown {
  const objects = (crm: Crm) => Object.values(NAMES[crm]).map(({ object }) => object);
  return structuredClone(CRMS.map((crm) => objects(crm).map((object) => system.sandbox[crm].records(object))));
}
