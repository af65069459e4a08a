/** What the two CRMs of the sandbox hold, in the model's words. */
import type { Sandbox } from "../../sandbox/server.ts";
import { mobileOf, streetOf } from "./people.ts";
import { isTwin } from "./twins.ts";

export interface Contact {
  readonly id: string;
  /** Absent while nobody who has one was this contact. */
  readonly clientId: number | undefined;
  readonly surname: unknown;
  readonly email: unknown;
  /** Of all other fields that are mapped, what is filled. */
  readonly others: readonly unknown[];
}

/** The moves are unknown where the object has no field for them. */
export interface Appointment {
  readonly id: unknown;
  readonly start: number | undefined;
  readonly status: unknown;
  readonly moves: unknown;
  readonly previous: number | undefined;
  /** Ids of contacts. */
  readonly linked: readonly unknown[];
}

export interface Crm {
  readonly contacts: readonly Contact[];
  readonly home: readonly Appointment[];
  readonly branch: readonly Appointment[];
}

/** As each body says them. */
export function otherFields(surname: string): readonly unknown[] {
  return ["Test", `+44${mobileOf(surname)}`, streetOf(surname)];
}

export function crmsOf({ salesforce, hubspot }: Sandbox): readonly Crm[] {
  const uncounted = { moves: undefined, previous: undefined };
  return [
    {
      contacts: salesforce
        .records("Contact")
        .map(({ id, values: { BB_Id__c, LastName, Email, ...of } }) => ({
          ...{ id, clientId: numeric(BB_Id__c), surname: LastName, email: Email ?? undefined },
          others: filled([
            ...[of.FirstName, of.MobilePhone, of.MailingStreet],
            ...[of.Phone, of.MailingCity, of.MailingState, of.MailingPostalCode, of.MailingCountry],
          ]),
        }))
        .filter((contact) => !isTwin(contact)),
      home: salesforce.records("Event").map(({ values }) => ({
        id: values.BB_Booking_Id__c,
        start: instant(values.StartDateTime),
        status: values.BB_Status__c,
        moves: values.BB_Reschedule_Count__c,
        previous: instant(values.BB_Previous_Start__c),
        linked: values.WhoId ? [values.WhoId] : [],
      })),
      branch: salesforce.records("Booking__c").map(({ values }) => ({
        ...{ id: values.BB_Booking_Id__c, start: instant(values.Start__c), status: values.Status__c, ...uncounted },
        linked: values.Contact__c ? [values.Contact__c] : [],
      })),
    },
    {
      contacts: hubspot.records("contacts").map(({ id, values: { bookingbug_id, lastname, email, ...of } }) => ({
        ...{ id, clientId: numeric(bookingbug_id), surname: lastname, email: email || undefined },
        others: filled([
          ...[of.firstname, of.mobilephone, of.address],
          ...[of.phone, of.city, of.state, of.zip, of.country],
        ]),
      })),
      home: hubspot.records("meetings").map(({ values, links }) => ({
        id: values.bookingbug_booking_id,
        start: instant(values.hs_meeting_start_time),
        status: values.bookingbug_status,
        moves: Number(values.bookingbug_reschedule_count),
        previous: instant(values.bookingbug_previous_start),
        linked: [...links],
      })),
      branch: hubspot.records("appointments").map(({ values, links }) => ({
        ...{ id: values.bookingbug_booking_id, start: instant(values.hs_appointment_start) },
        ...{ status: values.bookingbug_status, ...uncounted, linked: [...links] },
      })),
    },
  ];
}

function numeric(id: unknown): number | undefined {
  return id ? Number(id) : undefined;
}

function instant(time: unknown): number | undefined {
  return time ? Date.parse(String(time)) : undefined;
}

function filled(values: readonly unknown[]): unknown[] {
  return values.filter((value) => value !== undefined && value !== null && value !== "");
}
