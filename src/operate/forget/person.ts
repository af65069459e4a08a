/** Who is to be forgotten, and what the stored copies say of them. */
import { normalisedEmail } from "../../booking/people.ts";
import type { PurchaseState } from "../../booking/types.ts";
import { mappingContext } from "../../mapping/context.ts";

export type { Named as Person } from "../../booking/people.ts";

/** One of those that a purchase is for. */
export interface Statement {
  readonly clientId: string | undefined;
  readonly email: string | undefined;
}

/** Everybody a purchase is for: its client, each booking's own person, and its attendees. */
export function peopleOf(state: PurchaseState): Statement[] {
  const people = [undefined, ...Object.keys(state.bookings)].flatMap((bookingId) => {
    const { client, attendees } = mappingContext(state, bookingId);
    return [client, ...(attendees?.() ?? []).map(({ person }) => person)];
  });
  return people.map((person) => {
    const { id, email } = person as { id?: unknown; email?: unknown };
    return {
      clientId: id === undefined ? undefined : String(id),
      email: typeof email === "string" ? normalisedEmail(email) : undefined,
    };
  });
}

/** The ids that go with the e-mails. */
export function idsWith(emails: ReadonlySet<string>, said: readonly Statement[]): Set<string> {
  const theirs = said.filter(({ email }) => email !== undefined && emails.has(email));
  return new Set(theirs.flatMap(({ clientId }) => clientId ?? []));
}

/** The e-mails that go with the ids. */
export function emailsOf(clientIds: ReadonlySet<string>, said: readonly Statement[]): Set<string> {
  const theirs = said.filter(({ clientId }) => clientId !== undefined && clientIds.has(clientId));
  return new Set(theirs.flatMap(({ email }) => email ?? []));
}
