/**
 * One delivery: store it durably, or keep it in quarantine, and say which. What is answered with a 2xx is in Redis.
 */
import { randomUUID } from "node:crypto";
import type { ConnectorLog } from "../../connectors/connector.ts";
import { withoutSecrets } from "../booking/clean.ts";
import { type ParsedNotification, type Problem, parseNotification } from "../booking/parse.ts";
import type { CallbackRoute, PurchaseNotification } from "../booking/types.ts";
import type { Enqueuer } from "../inbox/enqueuer.ts";
import type { Inbox, QuarantinedDelivery } from "../inbox/inbox.ts";
import { readJson } from "./body.ts";

export interface ReceiveDeps {
  readonly inbox: Inbox;
  readonly enqueuer: Enqueuer;
  readonly log: ConnectorLog;
}

export interface Delivery {
  readonly route: CallbackRoute;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export type Receipt =
  | {
      readonly outcome: "stored";
      readonly deliveryId: string;
      readonly purchaseIds: readonly string[];
      readonly bookingIds: readonly string[];
    }
  | { readonly outcome: "ignored"; readonly deliveryId: string; readonly reason: string }
  | {
      readonly outcome: "quarantined";
      readonly deliveryId: string;
      readonly status: 400 | 413 | 422;
      readonly problems: readonly Problem[];
    };

/** @throws whatever Redis throws when it is away; nothing has been acknowledged then */
export async function receive(deps: ReceiveDeps, delivery: Delivery): Promise<Receipt> {
  const deliveryId = randomUUID();
  const json = readJson(delivery.body);
  if (json.kind === "not_json") {
    return await quarantine(deps, delivery, deliveryId, "not_json", 400, [{ path: "", message: json.message }]);
  }
  if (json.kind === "excessive") {
    return await quarantine(deps, delivery, deliveryId, "no_purchase", 422, [{ path: "", message: json.message }]);
  }
  const parsed = parseNotification(json.value);
  switch (parsed.kind) {
    case "unreadable":
      return await quarantine(deps, delivery, deliveryId, "no_purchase", 422, parsed.problems);
    case "ignored":
      await deps.inbox.quarantine(quarantined(delivery, deliveryId, "ignored_format", []));
      deps.log.info({ deliveryId, format: parsed.format }, "notification ignored");
      return { outcome: "ignored", deliveryId, reason: parsed.reason };
    case "purchase":
    case "list":
      return await store(deps, delivery, deliveryId, parsed, json.value);
  }
}

/** Too large to be read; what came first of it is kept as evidence. */
export async function receiveTooLarge(deps: ReceiveDeps, delivery: Delivery, limit: number): Promise<Receipt> {
  const problems = [{ path: "", message: `the body is larger than ${limit} bytes` }];
  return await quarantine(deps, delivery, randomUUID(), "too_large", 413, problems);
}

async function store(
  deps: ReceiveDeps,
  delivery: Delivery,
  deliveryId: string,
  parsed: Extract<ParsedNotification, { kind: "purchase" | "list" }>,
  body: unknown,
): Promise<Receipt> {
  const items = parsed.kind === "list" ? parsed.items : [{ notification: parsed.notification, body }];
  const receivedAt = new Date().toISOString();
  const purchaseIds: string[] = [];
  for (const item of items) {
    const purchaseId = await purchaseOf(deps.inbox, item.notification);
    await deps.inbox.store({
      deliveryId,
      purchaseId,
      route: delivery.route,
      receivedAt,
      bookingIds: item.notification.bookings.map((booking) => booking.id),
      body: JSON.stringify(withoutSecrets(item.body)),
    });
    purchaseIds.push(purchaseId);
  }
  for (const purchaseId of purchaseIds) deps.enqueuer.soon(purchaseId);
  const bookingIds = items.flatMap((item) => item.notification.bookings.map((booking) => booking.id));
  deps.log.info({ deliveryId, route: delivery.route, purchaseIds, bookings: bookingIds.length }, "notification stored");
  return { outcome: "stored", deliveryId, purchaseIds: [...new Set(purchaseIds)], bookingIds };
}

/** A lone booking may name no purchase; if we know the booking, we know its purchase. */
async function purchaseOf(inbox: Inbox, notification: PurchaseNotification): Promise<string> {
  const [booking] = notification.bookings;
  if (booking === undefined || notification.purchaseId !== `booking-${booking.id}`) return notification.purchaseId;
  return (await inbox.purchaseOfBooking(booking.id)) ?? notification.purchaseId;
}

async function quarantine(
  deps: ReceiveDeps,
  delivery: Delivery,
  deliveryId: string,
  reason: QuarantinedDelivery["reason"],
  status: 400 | 413 | 422,
  problems: readonly Problem[],
): Promise<Receipt> {
  await deps.inbox.quarantine(quarantined(delivery, deliveryId, reason, problems));
  deps.log.warn({ deliveryId, route: delivery.route, reason, problems }, "notification quarantined");
  return { outcome: "quarantined", deliveryId, status, problems };
}

function quarantined(
  { route, contentType, body }: Delivery,
  deliveryId: string,
  reason: QuarantinedDelivery["reason"],
  problems: readonly Problem[],
): QuarantinedDelivery {
  return { deliveryId, route, receivedAt: new Date().toISOString(), reason, problems, contentType, body };
}
