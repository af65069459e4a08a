/** Whom a notification or a purchase is for: everybody whom it names, buyer, member, and each booking's own person. */
import { listedIn } from "./attendees.ts";
import type { CleanObject } from "./types.ts";

/** What people are known by. */
export interface Named {
  /** As `normalisedEmail` writes them. */
  readonly emails: ReadonlySet<string>;
  /** BookingBug's ids of clients and members. */
  readonly clientIds: ReadonlySet<string>;
}

interface Said {
  readonly client?: CleanObject;
  readonly member?: CleanObject;
  readonly bookings: readonly { readonly body: CleanObject }[];
}

export function peopleNamedIn({ client = {}, member = {}, bookings }: Said): Named {
  const bodies = bookings.map(({ body }) => body);
  const listed = bodies.flatMap(listedIn);
  const people = [client, member, ...listed];
  const emails = [
    ...people.map(({ email }) => email),
    ...bodies.flatMap(({ email, client_email }) => [email, client_email]),
  ];
  const ids = [...people.map(({ id }) => id), ...bodies.flatMap(({ client_id, member_id }) => [client_id, member_id])];
  return {
    emails: new Set(emails.filter((email) => typeof email === "string").map(normalisedEmail)),
    clientIds: new Set(ids.filter((id) => typeof id === "string" || typeof id === "number").map(String)),
  };
}

/** An e-mail as it is compared. */
export function normalisedEmail(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}
