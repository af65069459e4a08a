/** What is amiss in HubSpot after the day, counted against BookingBug's last word on each booking. */
import { z } from "zod";
import type { TrueBooking } from "./peers-day.ts";

const record = z.object({ id: z.string(), values: z.record(z.string(), z.unknown()), links: z.array(z.string()) });
/** As the sandbox tells it. */
export const held = z.object({ contacts: z.array(record), appointments: z.array(record) });
export type Held = z.infer<typeof held>;

export interface Verdict {
  /** Bookings that have a meeting. */
  readonly bookings: number;
  /** Bookings that have none. */
  readonly lost: number;
  /** Meetings at another time than the booking's. */
  readonly wrongTime: number;
  /** Cancelled bookings whose meeting is not, and the other way round. */
  readonly wrongOutcome: number;
  /** Contacts and meetings beyond the one that there should be. */
  readonly duplicates: number;
  /** Meetings that are not associated with a contact of the booking's person. */
  readonly unlinked: number;
}

export function judge(truth: readonly TrueBooking[], { contacts, appointments }: Held): Verdict {
  const meetingsOf = Map.groupBy(appointments, ({ values }) => String(values.bookingbug_booking_id));
  const contactsOf = Map.groupBy(contacts, ({ values }) => String(values.email).toLowerCase());
  const verdict = { bookings: 0, lost: 0, wrongTime: 0, wrongOutcome: 0, duplicates: 0, unlinked: 0 };
  for (const all of [...meetingsOf.values(), ...contactsOf.values()]) verdict.duplicates += all.length - 1;
  for (const { id, email, start, cancelled } of truth) {
    const meetings = meetingsOf.get(id) ?? [];
    const people = contactsOf.get(email) ?? [];
    if (meetings.length === 0) verdict.lost += 1;
    else verdict.bookings += 1;
    // One of several that is wrong misleads whoever opens it.
    if (meetings.some(({ values }) => Date.parse(String(values.hs_meeting_start_time)) !== start))
      verdict.wrongTime += 1;
    if (meetings.some(({ values }) => (values.hs_meeting_outcome === "CANCELED") !== cancelled)) {
      verdict.wrongOutcome += 1;
    }
    if (meetings.some(({ links }) => !people.some((person) => links.includes(person.id)))) verdict.unlinked += 1;
  }
  return verdict;
}
