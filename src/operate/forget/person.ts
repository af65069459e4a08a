/** Who is to be forgotten, and whether something speaks of them. */

import type { PurchaseState } from "../../booking/types.ts";
import { mappingContext } from "../../mapping/context.ts";

/** What a person is known by; e-mails in lower case. */
export interface Person {
  readonly emails: ReadonlySet<string>;
  /** BookingBug's ids of clients and members. */
  readonly clientIds: ReadonlySet<string>;
}

/** @returns a test whether a text holds one of the e-mails as a whole, whatever its case */
export function emailFinder({ emails }: Person): (text: string) => boolean {
  if (emails.size === 0) return () => false;
  const alternatives = [...emails].map((email) => RegExp.escape(email)).join("|");
  const pattern = new RegExp(`(?<![\\w.+%'-])(?:${alternatives})(?![\\w-]|\\.\\w)`, "i");
  return (text) => pattern.test(text);
}

/** Everybody a purchase is for: its client, and each booking's own person. */
export function peopleOf(state: PurchaseState): { clientId: string | undefined; email: string | undefined }[] {
  return [undefined, ...Object.keys(state.bookings)].map((bookingId) => {
    const { client } = mappingContext(state, bookingId);
    const { id, email } = client as { id?: unknown; email?: unknown };
    return {
      clientId: id === undefined ? undefined : String(id),
      email: typeof email === "string" ? email.trim().toLowerCase() : undefined,
    };
  });
}

/** The person with what a purchase adds: the ids that go with their e-mails, the e-mails that go with their ids. */
export function learnFrom(person: Person, state: PurchaseState): Person {
  const emails = new Set(person.emails);
  const clientIds = new Set(person.clientIds);
  for (const { clientId, email } of peopleOf(state)) {
    const isThem =
      (clientId !== undefined && person.clientIds.has(clientId)) || (email !== undefined && person.emails.has(email));
    if (isThem && clientId !== undefined) clientIds.add(clientId);
    if (isThem && email !== undefined) emails.add(email);
  }
  return { emails, clientIds };
}
