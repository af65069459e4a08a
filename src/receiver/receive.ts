/**
 * One delivery: store it durably, or keep it in quarantine, and say which. What is answered with a 2xx is in Redis.
 */
import { randomUUID } from "node:crypto";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { ListedBooking, Problem } from "../booking/parse.ts";
import type { PurchaseNotification } from "../booking/types.ts";
import type { Enqueuer } from "../inbox/enqueuer.ts";
import type { Arrival, Inbox, QuarantinedDelivery } from "../inbox/inbox.ts";
import { withPatience } from "./patience.ts";
import { storable } from "./storable.ts";
import { type Delivery, understand } from "./understand.ts";

export interface ReceiveDeps {
  readonly inbox: Inbox;
  readonly enqueuer: Enqueuer;
  readonly log: ConnectorLog;
  readonly maxBodyBytes: number;
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
      readonly status: 400 | 413 | 415 | 422;
      readonly problems: readonly Problem[];
    };

/** BookingBug is answered within 5 s; what is left of them is for the network and for reading the body. */
const PATIENCE_MS = 4_500;

/** @throws OutOfPatienceError when Redis is away for too long; nothing has been acknowledged then */
export async function receive(deps: ReceiveDeps, delivery: Delivery): Promise<Receipt> {
  const deliveryId = randomUUID();
  const receivedAt = new Date().toISOString();
  const understood = await understand(delivery, deps.maxBodyBytes);
  const { route, contentType, upload } = delivery;
  const quarantine = (reason: QuarantinedDelivery["reason"], problems: readonly Problem[]): Promise<void> => {
    const body = upload.bytes;
    const kept: QuarantinedDelivery = { deliveryId, route, receivedAt, reason, problems, contentType, body };
    return withPatience(PATIENCE_MS, () => deps.inbox.quarantine(kept));
  };

  switch (understood.kind) {
    case "unreadable": {
      const { status, reason, problems } = understood;
      await quarantine(reason, problems);
      deps.log.warn({ deliveryId, route, reason, problems }, "notification quarantined");
      return { outcome: "quarantined", deliveryId, status, problems };
    }
    case "ignored":
      await quarantine("ignored_format", []);
      deps.log.info({ deliveryId, route }, "notification ignored");
      return { outcome: "ignored", deliveryId, reason: understood.why };
    case "notifications": {
      const arrivals = understood.items.map((item) => arrivalOf(item, { deliveryId, route, receivedAt }));
      const stored = await withPatience(PATIENCE_MS, () => storeAll(deps.inbox, understood.items, arrivals));
      const purchaseIds = [...new Set(stored)];
      for (const purchaseId of purchaseIds) deps.enqueuer.soon(purchaseId);
      const bookingIds = arrivals.flatMap((arrival) => arrival.bookingIds);
      deps.log.info({ deliveryId, route, purchaseIds, bookings: bookingIds.length }, "notification stored");
      return { outcome: "stored", deliveryId, purchaseIds, bookingIds };
    }
  }
}

function arrivalOf(
  { notification, body }: ListedBooking,
  delivery: Pick<Arrival, "deliveryId" | "route" | "receivedAt">,
): Arrival {
  const bookingIds = notification.bookings.map((booking) => booking.id);
  return { ...delivery, purchaseId: notification.purchaseId, bookingIds, body: storable(body) };
}

/** In the order of the list, since the inbox is folded in order of arrival. @returns the purchases' ids */
async function storeAll(
  inbox: Inbox,
  items: readonly ListedBooking[],
  arrivals: readonly Arrival[],
): Promise<readonly string[]> {
  const purchaseIds = await Promise.all(items.map((item) => purchaseOf(inbox, item.notification)));
  for (const [index, arrival] of arrivals.entries()) {
    await inbox.store({ ...arrival, purchaseId: purchaseIds[index] ?? arrival.purchaseId });
  }
  return purchaseIds;
}

/** A lone booking may name no purchase; if we know the booking, we know its purchase. */
async function purchaseOf(inbox: Inbox, notification: PurchaseNotification): Promise<string> {
  const [booking] = notification.bookings;
  if (booking === undefined || notification.purchaseId !== `booking-${booking.id}`) return notification.purchaseId;
  return (await inbox.purchaseOfBooking(booking.id)) ?? notification.purchaseId;
}
