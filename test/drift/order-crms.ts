/** How a person and a booking are mapped in both CRMs, with a field of every owner and of the rules that keep edits. */
import type { Rule } from "./order-rules.ts";

export type Crm = "salesforce" | "hubspot";
export const CRMS = ["salesforce", "hubspot"] as const;

export const RULES: Readonly<Record<"person" | "booking", Readonly<Record<string, Rule>>>> = {
  person: {
    last: "bookingbug",
    title: "crm",
    phone: "ask",
    mobile: "report",
    city: "once",
    zip: "kept",
    email: "report",
  },
  booking: {
    ...{ subject: "report", place: "ask", staff: "crm", resource: "bookingbug", service: "kept" },
    ...{ start: "ask", status: "report" },
  },
};

export interface Names {
  readonly object: string;
  readonly key: string;
  readonly fields: Readonly<Record<string, string>>;
}

export const NAMES: Readonly<Record<Crm, Readonly<Record<"person" | "booking", Names>>>> = {
  salesforce: {
    person: {
      object: "Contact",
      key: "BB_Id__c",
      fields: {
        ...{ last: "LastName", title: "Title", phone: "Phone", mobile: "MobilePhone" },
        ...{ city: "MailingCity", zip: "MailingPostalCode", email: "Email" },
      },
    },
    booking: {
      object: "Event",
      key: "BB_Booking_Id__c",
      fields: {
        ...{ subject: "Subject", place: "Location", staff: "BB_Staff__c", resource: "BB_Resource__c" },
        ...{ service: "BB_Service__c", start: "StartDateTime", status: "BB_Status__c" },
      },
    },
  },
  hubspot: {
    person: {
      object: "contacts",
      key: "bookingbug_id",
      fields: {
        ...{ last: "lastname", title: "jobtitle", phone: "phone", mobile: "mobilephone" },
        ...{ city: "city", zip: "zip", email: "email" },
      },
    },
    booking: {
      object: "meetings",
      key: "bookingbug_booking_id",
      fields: {
        ...{ subject: "hs_meeting_title", place: "hs_meeting_location", staff: "bookingbug_staff" },
        ...{ resource: "bookingbug_resource", service: "bookingbug_service" },
        ...{ start: "hs_meeting_start_time", status: "bookingbug_status" },
      },
    },
  },
};

const EXPRESSIONS: Readonly<Record<string, string>> = {
  ...{ last: "client.last_name", title: "client.title", phone: "client.desk", mobile: "client.country" },
  ...{ city: "client.town", zip: "client.area", email: "client.email" },
  ...{ subject: "booking.subject", place: "booking.place", staff: "booking.person_name" },
  ...{ resource: "booking.resource_name", service: "booking.service_name", start: "booking.start_at" },
  status: `'{% if booking.status == "cancelled" %}Cancelled{% else %}Booked{% endif %}'`,
};

const KEYS: Readonly<Record<Rule, string>> = {
  ...{ bookingbug: "owner: bookingbug", crm: "owner: crm", ask: "owner: ask", report: "owner: report" },
  ...{ once: "write: on_create", kept: "write: unless_edited" },
};

/** Besides: what a CRM insists on. */
const ALSO: Readonly<Record<Crm, string>> = {
  salesforce: "      EndDateTime: booking.end_at\n",
  hubspot: "      hs_timestamp: booking.start_at\n      hs_meeting_end_time: booking.end_at\n",
};
const LINKS: Readonly<Record<Crm, string>> = { salesforce: "WhoId", hubspot: "200" };

export function mappingText(crm: Crm): string {
  const { person, booking } = NAMES[crm];
  const lines = (of: "person" | "booking"): string =>
    Object.entries(NAMES[crm][of].fields)
      .map(([slot, field]) => `      ${field}: { value: ${EXPRESSIONS[slot]}, ${KEYS[RULES[of][slot] ?? "report"]} }\n`)
      .join("");
  return `crm: ${crm}
objects:
  contact:
    object: ${person.object}
    per: person
    external_id: { ${person.key}: client.id }
    match: [${person.fields.email}]
    fields:
${lines("person")}  appointment:
    object: ${booking.object}
    per: booking
    external_id: { ${booking.key}: booking.id }
    links: { contact: ${LINKS[crm]} }
    fields:
${lines("booking")}${ALSO[crm]}`;
}
