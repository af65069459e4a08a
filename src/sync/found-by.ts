/** What a purchase can be found by: the names and e-mails of its people. */

import type { CleanObject, PurchaseState } from "../booking/types.ts";
import { mappingContext } from "../mapping/context.ts";
import { digest } from "../redis/keys.ts";
import { emailTrait, nameTraits, type Trait } from "../synclog/search.ts";

const MAX_TRAITS = 30;

/** Who counts as one customer: a digest of the address, or else of BookingBug's number of them. */
export function customerOf(state: PurchaseState): string | undefined {
  const { email, id } = mappingContext(state).client;
  if (typeof email === "string" && email !== "") return digest(`email ${email.trim().toLowerCase()}`);
  return id === undefined || id === null ? undefined : digest(`client ${String(id)}`);
}

export function traitsOf(state: PurchaseState): Trait[] {
  const people = [
    mappingContext(state).client,
    ...Object.keys(state.bookings).map((id) => mappingContext(state, id).client),
  ];
  const traits = people.flatMap(traitsOfPerson);
  const distinct = new Map(traits.map((trait) => [`${trait.kind} ${trait.value}`, trait]));
  return [...distinct.values()].slice(0, MAX_TRAITS);
}

function traitsOfPerson(person: CleanObject): Trait[] {
  const { email, first_name, last_name } = person;
  const names = [first_name, last_name].filter((name) => typeof name === "string");
  return [...(typeof email === "string" ? emailTrait(email) : []), ...nameTraits(names.join(" "))];
}
