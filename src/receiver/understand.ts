/** What a delivery says, or why it cannot be read. No Redis here. */
import { type ListedBooking, type Problem, parseNotification } from "../booking/parse.ts";
import type { CallbackRoute } from "../booking/types.ts";
import type { QuarantinedDelivery } from "../inbox/inbox.ts";
import { readJson } from "./body.ts";
import { type Upload, unpack } from "./upload.ts";

/** One POST from BookingBug, authenticated and wholly arrived. */
export interface Delivery {
  readonly route: CallbackRoute;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly upload: Exclude<Upload, { kind: "broken_off" }>;
}

export type Understood =
  /** One notification, or several where the body is a list; each with the part of the body that says it. */
  | { readonly kind: "notifications"; readonly items: readonly ListedBooking[] }
  | { readonly kind: "ignored"; readonly why: string }
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
  if (json.kind === "excessive") return unreadable(422, "no_purchase", json.message);
  const parsed = parseNotification(json.value);
  switch (parsed.kind) {
    case "unreadable":
      return { kind: "unreadable", status: 422, reason: "no_purchase", problems: parsed.problems };
    case "ignored":
      return { kind: "ignored", why: parsed.reason };
    case "list":
      return { kind: "notifications", items: parsed.items };
    case "purchase":
      return { kind: "notifications", items: [{ notification: parsed.notification, body: json.value }] };
  }
}

function unreadable(status: 400 | 413 | 415 | 422, reason: QuarantinedDelivery["reason"], message: string): Understood {
  return { kind: "unreadable", status, reason, problems: [{ path: "", message }] };
}
