/** Notifications built from the documented samples; the ones no document shows are marked synthetic. */
import { readFileSync } from "node:fs";

// biome-ignore lint/suspicious/noExplicitAny: payloads are foreign JSON that tests bend in every direction
export type Json = any;

export function sample(name: string): Json {
  return JSON.parse(readFileSync(new URL(`../samples/${name}.json`, import.meta.url), "utf8"));
}

export function purchase(change: (purchase: Json) => void = () => {}): Json {
  const body = sample("purchase-created");
  change(body);
  return body;
}

export function firstBooking(body: Json): Json {
  return body._embedded.bookings[0];
}

/** The sample's booking moved to another time. */
export function movedTo(body: Json, start: string, end: string): Json {
  const copy = structuredClone(body);
  Object.assign(firstBooking(copy), { datetime: start, end_datetime: end });
  return copy;
}

/** Synthetic: a purchase of two bookings, in the future. */
export function twoBookings(): Json {
  return purchase((body) => {
    const [first] = body._embedded.bookings;
    Object.assign(first, { datetime: "2036-03-10T11:30:00+00:00", end_datetime: "2036-03-10T12:00:00+00:00" });
    const second = {
      ...structuredClone(first),
      id: 13477737,
      datetime: "2036-03-12T09:00:00+00:00",
      end_datetime: "2036-03-12T09:30:00+00:00",
    };
    body._embedded.bookings.push(second);
  });
}
