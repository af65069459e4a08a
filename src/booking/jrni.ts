/**
 * The newer JRNI webhooks (camelCase: appointment, company, service, staff, resource, customer), turned into a booking
 * as BookingBug's API writes it, so that one mapping serves both. Field names as in JRNI's "Data webhooks" reference;
 * notification webhooks are templated per tenant, so no field is taken for granted, and case does not matter.
 */
import { cleanObject } from "./clean.ts";
import type { CleanObject } from "./types.ts";

export function isJrni(root: Record<string, unknown>): boolean {
  // A purchase has its bookings embedded; looking through all its keys is for bodies of another kind.
  return !("_embedded" in root) && typeof child(root, "appointment") === "object";
}

/** @returns a raw booking for the schema to check, and the company it takes place at */
export function jrniToBooking(root: Record<string, unknown>): {
  booking: Record<string, unknown>;
  company: CleanObject | undefined;
} {
  const appointment = objectAt(root, "appointment");
  const company = objectAt(root, "company");
  const service = objectAt(root, "service");
  const staff = objectAt(root, "staff");
  const resource = objectAt(root, "resource");
  const customer = objectAt(root, "customer");
  const get = (key: string): unknown => child(appointment, key);
  const booking = dropUndefined({
    id: get("bookingId"),
    purchase_ref: get("longId"),
    datetime: get("companyStartTime") ?? get("customerStartTime"),
    end_datetime: get("companyEndTime") ?? get("customerEndTime"),
    duration: get("duration"),
    status: get("status"),
    channel: get("channel"),
    booked_by: get("bookedBy"),
    check_in_status: get("checkInStatus"),
    full_describe: child(service, "name"),
    service_name: child(service, "name"),
    service_id: child(service, "jrniId"),
    person_name: child(staff, "name"),
    person_id: child(staff, "jrniId"),
    person_email: child(staff, "email"),
    resource_name: child(resource, "name"),
    resource_id: child(resource, "jrniId"),
    company_id: child(company, "jrniId"),
    company_name: child(company, "name"),
    time_zone: child(company, "timezone"),
    address: child(company, "address") === undefined ? undefined : { address1: child(company, "address") },
    updated_at: child(root, "triggerTime"),
    event: child(root, "triggerName"),
    answers: customAnswers(get("customBookingFields")),
    additional_attendee_customers: attendeesIn(child(root, "additionalAttendeeCustomers")),
    _embedded: { client: clientOf(customer) },
  });
  const cleanCompany = cleanObject({
    id: child(company, "jrniId"),
    name: child(company, "name"),
    timezone: child(company, "timezone"),
    external_id: child(company, "externalId"),
  });
  return { booking, company: Object.keys(cleanCompany).length > 0 ? cleanCompany : undefined };
}

function clientOf(customer: Record<string, unknown>): Record<string, unknown> {
  return dropUndefined({
    id: child(customer, "jrniId") ?? child(customer, "id"),
    first_name: child(customer, "firstName"),
    last_name: child(customer, "lastName"),
    email: child(customer, "email"),
    mobile: child(customer, "mobile"),
    phone: child(customer, "homePhone"),
    reference: child(customer, "externalId"),
    answers: customAnswers(child(customer, "customCustomerFields")),
  });
}

/** Absent where nothing is said of them; nobody is an empty list. */
function attendeesIn(customers: unknown): unknown[] | undefined {
  if (customers === undefined || customers === null) return undefined;
  return [customers].flat().flatMap((customer: unknown) => {
    if (typeof customer !== "object" || customer === null) return [];
    const { answers: _answers, ...person } = clientOf(customer as Record<string, unknown>);
    return [person];
  });
}

/** JRNI names a question by `ref`, a slug or the question's text. */
function customAnswers(fields: unknown): unknown[] | undefined {
  if (!Array.isArray(fields)) return undefined;
  return fields.flatMap((field: unknown) =>
    typeof field === "object" && field !== null && "ref" in field && "value" in field
      ? [{ question_text: field.ref, value: field.value }]
      : [],
  );
}

function child(object: Record<string, unknown>, key: string): unknown {
  if (key in object) return object[key];
  const wanted = key.toLowerCase();
  const actual = Object.keys(object).find((name) => name.toLowerCase() === wanted);
  return actual === undefined ? undefined : object[actual];
}

function objectAt(root: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = child(root, key);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function dropUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null));
}
