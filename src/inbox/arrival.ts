/** How an arrival is written in Redis: `<seq> <head as JSON>\n<body>`, so that reading the head never parses the body. */
import { z } from "zod";
import { ARRIVAL_ROUTES, type ArrivalRoute } from "../booking/types.ts";

/** A readable notification on its way into the inbox. */
export interface Arrival {
  readonly deliveryId: string;
  /** Its place in the delivery; 0 where it is the only one. */
  readonly item?: number;
  /** How new it is, where it came earlier than it can be stored; otherwise it is as new as its number. */
  readonly order?: number;
  readonly purchaseId: string;
  readonly route: ArrivalRoute;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly bookingIds: readonly string[];
  /** The body as JSON, without what must not be stored. */
  readonly body: string;
}

/** A notification as the inbox holds it, numbered in order of arrival over all purchases. */
export interface StoredArrival {
  readonly seq: number;
  /** Fixed once, when it first came: what it says is as new as this, however often it is stored or read again. */
  readonly order: number;
  readonly deliveryId: string;
  readonly route: ArrivalRoute;
  readonly receivedAt: string;
  readonly body: string;
}

/** What is known of an arrival without its body. */
export type ArrivalHead = Pick<StoredArrival, "deliveryId" | "route" | "receivedAt"> & {
  readonly order?: number | undefined;
};

const head = z.object({
  deliveryId: z.string(),
  route: z.enum(ARRIVAL_ROUTES),
  receivedAt: z.string(),
  order: z.number().optional(),
});

/** The part of an entry that follows its number; the number is given by Redis. */
export function encodeArrival(arrival: Arrival): string {
  const { deliveryId, route, receivedAt, order } = arrival;
  return `${JSON.stringify({ deliveryId, route, receivedAt, order })}\n${arrival.body}`;
}

/** @param text the head as JSON. @throws ZodError or SyntaxError */
export function decodeHead(text: string): ArrivalHead {
  return head.parse(JSON.parse(text));
}

/** @throws ZodError or SyntaxError when the entry was not written by `encodeArrival` */
export function decodeArrival(entry: string): StoredArrival {
  const space = entry.indexOf(" ");
  const newline = entry.indexOf("\n");
  const seq = Number(entry.slice(0, space));
  const { order = seq, ...rest } = decodeHead(entry.slice(space + 1, newline));
  return { seq, order, ...rest, body: entry.slice(newline + 1) };
}
