/** The properties of the make-believe account: HubSpot's own that matter here, and those of the default mapping. */

export interface Property {
  readonly type: "string" | "number" | "bool" | "date" | "datetime" | "enumeration";
  readonly options?: readonly Option[];
  readonly unique?: true;
  readonly readOnly?: true;
  /** What else was said of one that somebody made. */
  readonly definition?: {
    readonly label: string;
    readonly description: string;
    readonly groupName: string;
    readonly fieldType: string | undefined;
  };
}

export interface Option {
  readonly label: string;
  readonly value: string;
  readonly hidden: boolean;
  readonly displayOrder: number;
}

export type Properties = Record<string, Property>;

const text: Property = { type: "string" };
const key: Property = { type: "string", unique: true };
const datetime: Property = { type: "datetime" };
const number: Property = { type: "number" };
const all = (names: readonly string[], property: Property): Properties =>
  Object.fromEntries(names.map((name) => [name, property]));

export function toOption({ label, value, hidden, displayOrder }: Option): Option {
  return { label, value, hidden, displayOrder };
}

export const oneOf = (...values: readonly string[]): Property => ({
  type: "enumeration",
  options: values.map((value, displayOrder) => ({ label: value, value, hidden: false, displayOrder })),
});

const stamped: Property = { type: "datetime", readOnly: true };

const COMMON: Properties = { hs_object_id: { type: "number", readOnly: true }, createdate: stamped };

const SYSTEM: Properties = { ...COMMON, hs_lastmodifieddate: stamped };

export function createSchema(): Record<string, Properties> {
  const addressed = ["phone", "address", "city", "state", "zip", "country"];
  return {
    contacts: {
      ...COMMON,
      lastmodifieddate: stamped,
      ...all(
        ["email", "firstname", "lastname", "mobilephone", "company", "jobtitle", "hs_additional_emails", ...addressed],
        text,
      ),
      lifecyclestage: oneOf(
        "subscriber",
        "lead",
        "marketingqualifiedlead",
        "salesqualifiedlead",
        "opportunity",
        "customer",
      ),
      hubspot_owner_id: text,
      notes_last_updated: { type: "datetime", readOnly: true },
      bookingbug_id: key,
    },
    // Users, of which an API of their own tells; its names for their fields.
    owners: all(["email", "firstName", "lastName"], text),
    companies: { ...SYSTEM, ...all(["name", "domain", ...addressed], text), bookingbug_company_id: key },
    deals: {
      ...SYSTEM,
      ...all(["dealname", "pipeline", "description"], text),
      dealstage: oneOf("appointmentscheduled", "qualifiedtobuy", "closedwon", "closedlost"),
      amount: number,
      closedate: datetime,
      bookingbug_booking_id: key,
    },
    meetings: {
      ...SYSTEM,
      ...all(
        [
          "hs_meeting_title",
          "hs_meeting_body",
          "hs_internal_meeting_notes",
          "hs_meeting_location",
          "hs_meeting_external_url",
          "hs_activity_type",
          "hubspot_owner_id",
        ],
        text,
      ),
      hs_timestamp: datetime,
      hs_meeting_start_time: datetime,
      hs_meeting_end_time: datetime,
      hs_meeting_outcome: oneOf("SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"),
      bookingbug_booking_id: key,
      ...all(
        [
          "bookingbug_status",
          "bookingbug_service",
          "bookingbug_staff",
          "bookingbug_resource",
          "bookingbug_time_zone",
          "bookingbug_company_id",
          "bookingbug_purchase_id",
        ],
        text,
      ),
      bookingbug_previous_start: datetime,
      bookingbug_cancelled_at: datetime,
      bookingbug_reschedule_count: number,
      bookingbug_price: number,
      bookingbug_paid: number,
    },
    appointments: {
      ...SYSTEM,
      hs_appointment_name: text,
      hs_appointment_start: datetime,
      hs_appointment_end: datetime,
      hs_appointment_status: oneOf("SCHEDULED", "COMPLETED", "CANCELED", "NO_SHOW"),
      bookingbug_booking_id: key,
      ...all(["bookingbug_status", "bookingbug_service"], text),
    },
  };
}

/** Types can be written by name or by number ("CRM object type ids"). */
const TYPE_IDS: Readonly<Record<string, string>> = {
  "0-1": "contacts",
  "0-2": "companies",
  "0-3": "deals",
  "0-47": "meetings",
  "0-421": "appointments",
};

export function typeName(type: string): string {
  return TYPE_IDS[type] ?? type;
}

/** Association types between objects, as `from>to` ("Association type ids"). */
export const ASSOCIATION_TYPES: Readonly<Record<string, number>> = {
  "meetings>contacts": 200,
  "contacts>meetings": 199,
  "appointments>contacts": 906,
  "contacts>appointments": 907,
  "meetings>companies": 188,
  "appointments>companies": 908,
  "appointments>deals": 944,
  "deals>contacts": 3,
  "contacts>deals": 4,
  "deals>companies": 5,
  "companies>deals": 6,
  "contacts>companies": 279,
  "companies>contacts": 280,
};

/** Labels that the account's people made, as `from>to`, with their numbers ("Associations schema"). */
const LABELS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "meetings>contacts": { Attendee: 12, Organiser: 14 },
  "contacts>meetings": { Attendee: 13, Organiser: 15 },
  "deals>contacts": { Payer: 16 },
  "contacts>deals": { Payer: 17 },
};

export interface AssociationKind {
  readonly category: "HUBSPOT_DEFINED" | "USER_DEFINED";
  readonly typeId: number;
  /** `null` for the plain one. */
  readonly label: string | null;
}

/** The kinds of association there are from one object to another. */
export function associationKinds(from: string, to: string): AssociationKind[] {
  const typeId = ASSOCIATION_TYPES[`${from}>${to}`];
  const plain = typeId === undefined ? [] : [{ category: "HUBSPOT_DEFINED" as const, typeId, label: null }];
  const labels = Object.entries(LABELS[`${from}>${to}`] ?? {});
  return [...plain, ...labels.map(([label, id]) => ({ category: "USER_DEFINED" as const, typeId: id, label }))];
}
