/** What a purchase can be found by: its people, services and companies, and the records and deliveries of a pass. */

import type { CleanObject, PurchaseState } from "../booking/types.ts";
import { personOf } from "../mapping/person.ts";
import { digest } from "../redis/keys.ts";
import {
  deliveryTrait,
  emailTrait,
  nameTraits,
  phoneTrait,
  recordTraits,
  type Trait,
  titleTrait,
} from "../synclog/traits.ts";
import type { PassReport } from "./pass.ts";

/** Of people and bookings; of records and deliveries. */
const MAX_TRAITS = 40;

/** Who counts as one customer: a digest of the address, or else of BookingBug's number of them. */
export function customerOf(state: PurchaseState): string | undefined {
  const { email, id } = personOf(state, undefined);
  if (typeof email === "string" && email !== "") return digest(`email ${email.trim().toLowerCase()}`);
  return id === undefined || id === null ? undefined : digest(`client ${String(id)}`);
}

/** @returns what is new of it since the pass before, and what its people and bookings are called */
export function traitsOf({ state, notifications, records, deliveryIds }: PassReport): Trait[] {
  const said =
    state === undefined || notifications.length === 0
      ? []
      : [...peopleOf(state).flatMap(traitsOfPerson), ...titlesOf(state)];
  const written = records.filter(({ action }) => action !== "unchanged").flatMap(({ id }) => recordTraits(id));
  const heard = deliveryIds.slice(-MAX_TRAITS).flatMap(deliveryTrait);
  return [...distinct(said).slice(0, MAX_TRAITS), ...distinct([...written, ...heard]).slice(0, MAX_TRAITS)];
}

function peopleOf(state: PurchaseState): CleanObject[] {
  return [undefined, ...Object.values(state.bookings)].map((booking) => personOf(state, booking));
}

function traitsOfPerson({ email, first_name, last_name, phone, mobile }: CleanObject): Trait[] {
  const names = [first_name, last_name].filter(isText);
  return [
    ...(isText(email) ? emailTrait(email) : []),
    ...nameTraits(names.join(" ")),
    ...[mobile, phone].filter(isText).flatMap(phoneTrait),
  ];
}

function titlesOf(state: PurchaseState): Trait[] {
  const bodies = Object.values(state.bookings).map(({ body }) => body);
  const companies = [state.company?.name, ...bodies.map((body) => body.company_name)].filter(isText);
  const services = bodies.map((body) => body.service_name).filter(isText);
  return [
    ...companies.flatMap((name) => titleTrait("company", name)),
    ...services.flatMap((name) => titleTrait("service", name)),
  ];
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function distinct(traits: readonly Trait[]): Trait[] {
  return [...new Map(traits.map((trait) => [`${trait.kind} ${trait.value}`, trait])).values()];
}
