/** What a delivery says, or why it cannot be read. No Redis here. */
import type { Problem } from "../booking/problems.ts";
import { identify, recognise } from "../booking/recognise.ts";
import type { CallbackRoute } from "../booking/types.ts";
import type { QuarantinedDelivery } from "../inbox/quarantine.ts";
import { readJson } from "./body.ts";
import { type Upload, unpack } from "./upload.ts";

/** One POST from BookingBug, authenticated and wholly arrived. */
export interface Delivery {
  readonly route: CallbackRoute;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly upload: Exclude<Upload, { kind: "broken_off" }>;
  /** Of one that came before and is read again: what it is in quarantine, and its place among the arrivals. */
  readonly again?: { readonly deliveryId: string; readonly order: number | undefined };
}

/** One notification: whose inbox it belongs to, and the part of the body that says it. */
export interface UnderstoodItem {
  readonly purchaseId: string;
  readonly bookingIds: readonly string[];
  readonly body: unknown;
}

export type Understood =
  /** One, or several where the body is a list. */
  | { readonly kind: "notifications"; readonly items: readonly UnderstoodItem[] }
  /** It names a booking at most, of which BookingBug could be asked. */
  | { readonly kind: "ignored"; readonly why: string; readonly bookingId: string | undefined }
  | {
      readonly kind: "unreadable";
      readonly status: 400 | 413 | 415 | 422;
      readonly reason: QuarantinedDelivery["reason"];
      readonly problems: readonly Problem[];
    };

/** @param maxBytes of the body, before and after it is unpacked */
export async function understand(delivery: Delivery, maxBytes: number): Promise<Understood> {
  const { upload, contentEncoding, contentType } = delivery;
  const tooLarge = unreadable(413, "too_large", `the body is larger than ${maxBytes} bytes`);
  if (upload.kind === "too_large") return tooLarge;
  const unpacked = await unpack(upload.bytes, contentEncoding, maxBytes);
  switch (unpacked.kind) {
    case "too_large":
      return tooLarge;
    case "damaged":
      return unreadable(400, "not_json", "the body is not encoded as Content-Encoding says");
    case "unknown_encoding":
      return unreadable(415, "not_json", "Content-Encoding must be gzip, deflate, br or absent");
    case "plain":
      return readNotification(unpacked.bytes, contentType);
  }
}

function readNotification(bytes: Buffer, contentType: string | undefined): Understood {
  const json = readJson(bytes, contentType);
  if (json.kind === "not_json") return unreadable(400, "not_json", json.message);
  if (json.kind === "beyond_bounds") return unreadable(422, "no_purchase", json.message);
  const recognised = recognise(json.value);
  switch (recognised.kind) {
    case "unreadable":
      return { kind: "unreadable", status: 422, reason: "no_purchase", problems: recognised.problems };
    case "ignored":
      return { kind: "ignored", why: recognised.reason, bookingId: recognised.bookingId };
    case "list":
      return {
        kind: "notifications",
        items: recognised.items.map(({ booking, body }) => ({ ...identify(booking), body })),
      };
    case "purchase":
    case "booking":
      return { kind: "notifications", items: [{ ...identify(recognised), body: json.value }] };
  }
}

function unreadable(status: 400 | 413 | 415 | 422, reason: QuarantinedDelivery["reason"], message: string): Understood {
  return { kind: "unreadable", status, reason, problems: [{ path: "", message }] };
}
