/** Purchases that list the same bookings, and what both CRMs show of those. */
import { expect } from "@jest/globals";
import { firstBooking, type Json, purchase } from "./payloads.ts";
import type { TestSystem } from "./system.ts";

/** A purchase with some bookings, each on the day of its number. */
export const listing = (purchaseId: number, ids: readonly number[], change: (first: Json) => void = () => {}): Json =>
  purchase((body) => {
    body.id = purchaseId;
    body._embedded.bookings = ids.map((id) => ({
      ...structuredClone(firstBooking(body)),
      id,
      purchase_id: purchaseId,
      datetime: `2036-03-${id}T11:30:00+00:00`,
      end_datetime: `2036-03-${id}T12:00:00+00:00`,
    }));
    change(firstBooking(body));
  });

export const cancelled = (first: Json) => Object.assign(first, { is_cancelled: true });
export const at =
  (hour: string, more: Json = {}) =>
  (first: Json) =>
    Object.assign(first, {
      datetime: `2036-03-10T${hour}:00:00+00:00`,
      end_datetime: `2036-03-10T${hour}:30:00+00:00`,
      ...more,
    });

/** The same for somebody else. */
export function forAnother(body: Json): Json {
  for (const person of [body._embedded.client, body._embedded.member]) {
    Object.assign(person, { id: 4711, email: "second@example.com", last_name: "Second" });
  }
  return body;
}

interface Shown {
  readonly status: unknown;
  readonly start: string;
}

/** By booking, in both CRMs alike, one record each. */
export function appointmentsIn(system: TestSystem): Record<string, Shown> {
  const events = system.sandbox.salesforce.records("Event").map(({ values }) => values);
  const meetings = system.sandbox.hubspot.records("meetings").map(({ values }) => values);
  const shown = (id: unknown, status: unknown, start: unknown): [string, Shown] => [
    String(id),
    { status, start: new Date(String(start)).toISOString().slice(11, 16) },
  ];
  const found = events.map((one) => shown(one.BB_Booking_Id__c, one.BB_Status__c, one.StartDateTime));
  const same = meetings.map((one) =>
    shown(one.bookingbug_booking_id, one.bookingbug_status, one.hs_meeting_start_time),
  );
  expect(new Set(found.map(([id]) => id)).size).toBe(found.length);
  expect(new Map(same)).toEqual(new Map(found));
  return Object.fromEntries(found);
}

/** As BookingBug dates a change, one for each hour. */
export function clocks(...hours: [string, string, string]): [Json, Json, Json] {
  const [one, two, three] = hours.map((hour) => ({ updated_at: `2026-05-02T${hour}:00:00Z` }));
  return [one, two, three];
}
