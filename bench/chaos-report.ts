/** What a CRM holds after a chaos run, against what is true: everything that is amiss is counted. */
import type { Sandbox } from "../sandbox/server.ts";
import type { Tools } from "../src/app/tools.ts";
import type { Family } from "./chaos-world.ts";

/** Each is 0 when all is well. */
export interface Amiss {
  /** Jobs that failed for good, and purchases that wait to be worked on. */
  readonly failed: number;
  readonly pending: number;
  /** Purchases about which a question is open. */
  readonly undecided: number;
  readonly missingContacts: number;
  readonly doubledContacts: number;
  /** Contacts whose name or e-mail is not the newest. */
  readonly wrongPeople: number;
  readonly missing: number;
  readonly doubled: number;
  /** Appointments at another time than their newest notification says. */
  readonly wrongTimes: number;
  /** Cancelled though active, or active though cancelled: as BookingBug said, and as the operator did. */
  readonly wrongStatus: number;
  readonly wrongDecisions: number;
  /** Appointments that are linked to another contact than that of their newest client, or to more. */
  readonly wrongLinks: number;
}

export interface CrmReport {
  readonly applied: number;
  readonly superseded: number;
  readonly contacts: number;
  readonly appointments: number;
  /** Why jobs failed, each once. */
  readonly reasons: readonly string[];
  readonly amiss: Amiss;
}

interface Contact {
  readonly id: string;
  readonly clientId: string;
  readonly surname: unknown;
  readonly email: unknown;
}

interface Appointment {
  readonly bookingId: string;
  readonly start: number;
  readonly cancelled: boolean;
  readonly linked: readonly unknown[];
}

interface Held {
  readonly contacts: readonly Contact[];
  readonly appointments: readonly Appointment[];
}

type Name = "salesforce" | "hubspot";

export async function reportOn(
  crm: Name,
  { redis, keys, crms, syncLog }: Tools,
  sandbox: Sandbox,
  families: readonly Family[],
): Promise<CrmReport> {
  const queue = crms.find((one) => one.crm === crm)?.queue;
  const counts = await redis.hgetall(keys.counts(crm));
  const held = HELD[crm](sandbox);
  const listed = await syncLog.failed(crm, undefined, { offset: 0, limit: 100_000 });
  return {
    applied: Number(counts.applied ?? 0),
    superseded: Number(counts.superseded ?? 0),
    contacts: held.contacts.length,
    appointments: held.appointments.length,
    reasons: [...new Set(((await queue?.getFailed()) ?? []).map((job) => job.failedReason ?? ""))],
    amiss: {
      failed: (await queue?.getFailedCount()) ?? 0,
      pending: await redis.zcard(keys.pending(crm)),
      undecided: listed.filter(({ failures }) => failures.some(({ hold }) => hold !== undefined)).length,
      ...compare(held, families),
    },
  };
}

/** Whether nothing is amiss. */
export function isSound({ amiss }: CrmReport): boolean {
  return Object.values(amiss).every((count) => count === 0);
}

const HELD: Readonly<Record<Name, (sandbox: Sandbox) => Held>> = {
  salesforce: ({ salesforce }) => ({
    contacts: salesforce.records("Contact").map(({ id, values }) => {
      return { id, clientId: String(values.BB_Id__c), surname: values.LastName, email: values.Email };
    }),
    appointments: salesforce.records("Event").map(({ values }) => ({
      bookingId: String(values.BB_Booking_Id__c),
      start: Date.parse(String(values.StartDateTime)),
      cancelled: values.BB_Status__c === "cancelled",
      linked: [values.WhoId],
    })),
  }),
  hubspot: ({ hubspot }) => ({
    contacts: hubspot.records("contacts").map(({ id, values }) => {
      return { id, clientId: String(values.bookingbug_id), surname: values.lastname, email: values.email };
    }),
    appointments: hubspot.records("meetings").map(({ values, links }) => ({
      bookingId: String(values.bookingbug_booking_id),
      start: Date.parse(String(values.hs_meeting_start_time)),
      cancelled: values.bookingbug_status === "cancelled",
      linked: links,
    })),
  }),
};

function compare(
  { contacts, appointments }: Held,
  families: readonly Family[],
): Omit<Amiss, "failed" | "pending" | "undecided"> {
  const people = families.flatMap((family) => family.people);
  const bookings = families.flatMap(({ purchases }) =>
    purchases.flatMap((purchase) => purchase.bookings.map((booking) => ({ ...booking, client: purchase.client }))),
  );
  const byClient = Map.groupBy(contacts, ({ clientId }) => clientId);
  const byBooking = Map.groupBy(appointments, ({ bookingId }) => bookingId);
  const contactOf = (clientId: number): Contact | undefined => byClient.get(String(clientId))?.[0];
  const found = bookings.flatMap((booking) => {
    const record = byBooking.get(booking.id)?.[0];
    return record === undefined ? [] : [{ booking, record }];
  });
  const wrongStatus = found.filter(({ booking, record }) => booking.cancelled !== record.cancelled);
  const isWrong = ({ clientId, surname, email }: (typeof people)[number]): boolean => {
    const contact = contactOf(clientId);
    return contact !== undefined && (contact.surname !== surname || contact.email !== email);
  };
  return {
    missingContacts: people.filter(({ clientId }) => contactOf(clientId) === undefined).length,
    doubledContacts: contacts.length - byClient.size,
    wrongPeople: people.filter(isWrong).length,
    missing: bookings.length - found.length,
    doubled: appointments.length - byBooking.size,
    wrongTimes: found.filter(({ booking, record }) => booking.start !== record.start).length,
    wrongStatus: wrongStatus.filter(({ booking }) => !booking.isAskedAbout).length,
    wrongDecisions: wrongStatus.filter(({ booking }) => booking.isAskedAbout).length,
    wrongLinks: found.filter(({ booking, record }) => {
      const [linked, ...more] = record.linked;
      return more.length > 0 || linked !== contactOf(booking.client.clientId)?.id;
    }).length,
  };
}
