/**
 * One delivery: store it durably, or keep it in quarantine, and say which. What is answered with a 2xx is in Redis.
 */
import { randomUUID } from "node:crypto";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Problem } from "../booking/problems.ts";
import { ownPurchaseId } from "../booking/recognise.ts";
import type { AskQueue } from "../inbox/ask-queue.ts";
import type { Enqueuer } from "../inbox/enqueuer.ts";
import type { Arrival, Inbox } from "../inbox/inbox.ts";
import type { Quarantine, QuarantinedDelivery } from "../inbox/quarantine.ts";
import type { Suppression } from "../inbox/suppression.ts";
import { withPatience } from "./patience.ts";
import { peopleOf } from "./people-of.ts";
import { storable } from "./storable.ts";
import { type Delivery, type UnderstoodItem, understand } from "./understand.ts";

export interface ReceiveDeps {
  readonly inbox: Inbox;
  readonly quarantine: Pick<Quarantine, "put">;
  readonly enqueuer: Enqueuer;
  readonly suppression: Pick<Suppression, "wanted">;
  /** Absent where BookingBug cannot be asked. */
  readonly askQueue?: Pick<AskQueue, "ask"> | undefined;
  readonly log: ConnectorLog;
  readonly maxBodyBytes: number;
}

export type Receipt =
  | {
      readonly outcome: "stored";
      readonly deliveryId: string;
      readonly purchaseIds: readonly string[];
      readonly bookingIds: readonly string[];
      /** How many of them were for somebody who was forgotten, and stored nowhere. */
      readonly suppressed: number;
    }
  /** It only names a booking, of which BookingBug is asked. */
  | { readonly outcome: "asked"; readonly deliveryId: string; readonly bookingId: string }
  | { readonly outcome: "ignored"; readonly deliveryId: string; readonly reason: string }
  | {
      readonly outcome: "quarantined";
      readonly deliveryId: string;
      readonly status: 400 | 413 | 415 | 422;
      readonly problems: readonly Problem[];
    };

/** BookingBug is answered within 5 s; what is left of them is for the network and for reading the body. */
const PATIENCE_MS = 4_500;
/** Purchases that a line of the log names. */
const MAX_LOGGED = 100;

/** @throws OutOfPatienceError when Redis is away for too long; nothing has been acknowledged then */
export async function receive(deps: ReceiveDeps, delivery: Delivery): Promise<Receipt> {
  const deliveryId = randomUUID();
  const receivedAt = new Date().toISOString();
  const understood = await understand(delivery, deps.maxBodyBytes);
  const { route, contentType, contentEncoding, upload, again } = delivery;
  const order = again?.order;
  const head: Head = { deliveryId, route, receivedAt, ...(order !== undefined && { order }) };
  const quarantine = async (reason: QuarantinedDelivery["reason"], problems: readonly Problem[]): Promise<void> => {
    const put = {
      deliveryId,
      route,
      receivedAt,
      reason,
      problems,
      contentType,
      contentEncoding,
      order,
      body: upload.bytes,
    };
    const dropped = await withPatience(PATIENCE_MS, () => deps.quarantine.put(put, again?.deliveryId));
    if (dropped > 0) deps.log.warn({ dropped }, "the quarantine is full: its oldest deliveries were dropped");
  };

  switch (understood.kind) {
    case "unreadable": {
      const { status, reason, problems } = understood;
      await quarantine(reason, problems);
      deps.log.warn({ deliveryId, route, reason, problems }, "notification quarantined");
      return { outcome: "quarantined", deliveryId, status, problems };
    }
    case "ignored": {
      const { why, bookingId } = understood;
      const { askQueue } = deps;
      const purchaseId =
        bookingId === undefined || route !== "cancellations"
          ? undefined
          : await withPatience(PATIENCE_MS, () => storeNamed(deps, bookingId, head));
      if (askQueue !== undefined && bookingId !== undefined) {
        await withPatience(PATIENCE_MS, () => askQueue.ask({ about: "booking", bookingId }));
        deps.log.info({ deliveryId, route, bookingId }, "BookingBug is asked about a booking");
        return { outcome: "asked", deliveryId, bookingId };
      }
      if (bookingId !== undefined && purchaseId !== undefined) {
        deps.log.info({ deliveryId, route, purchaseIds: [purchaseId], bookings: 1 }, "notification stored");
        return { outcome: "stored", deliveryId, purchaseIds: [purchaseId], bookingIds: [bookingId], suppressed: 0 };
      }
      await quarantine("ignored_format", []);
      deps.log.info({ deliveryId, route }, "notification ignored");
      const reason = askQueue === undefined ? `${why}, and BookingBug's API is not configured to ask for it` : why;
      return { outcome: "ignored", deliveryId, reason };
    }
    case "notifications": {
      const items = understood.items.map((item) => ({ ...item, text: storable(item.body) }));
      const { stored, suppressed } = await withPatience(PATIENCE_MS, () => storeWanted(deps, items, head));
      for (const purchaseId of new Set(stored)) deps.enqueuer.soon(purchaseId);
      // Whoever posts it is told the same, whoever it is about.
      const purchaseIds = suppressed === 0 ? [...new Set(stored)] : understood.items.map((item) => item.purchaseId);
      const bookingIds = understood.items.flatMap((item) => item.bookingIds);
      const named = purchaseIds.slice(0, MAX_LOGGED);
      const counts = {
        purchases: purchaseIds.length,
        bookings: bookingIds.length,
        ...(suppressed > 0 && { suppressed }),
      };
      deps.log.info({ deliveryId, route, purchaseIds: named, ...counts }, "notification stored");
      return { outcome: "stored", deliveryId, purchaseIds, bookingIds, suppressed };
    }
  }
}

type Head = Pick<Arrival, "deliveryId" | "route" | "receivedAt" | "order">;

interface StorableItem extends UnderstoodItem {
  /** What is kept of its body. */
  readonly text: string;
}

/**
 * What is for nobody who was forgotten, in the order of the list, since the inbox is folded in order of arrival.
 *
 * @returns the purchases' ids, and how many were for somebody who was
 */
async function storeWanted(
  { inbox, suppression }: Pick<ReceiveDeps, "inbox" | "suppression">,
  items: readonly StorableItem[],
  head: Head,
): Promise<{ readonly stored: readonly string[]; readonly suppressed: number }> {
  const [only] = items;
  if (only !== undefined && items.length === 1) {
    const arrival = await arrivalOf(inbox, only, head, 0);
    // With most installations this is the only question.
    if (await inbox.storeIfNobodyIsForgotten(arrival)) return { stored: [arrival.purchaseId], suppressed: 0 };
  }
  const wanted = await suppression.wanted(items, peopleOf);
  const stored: string[] = [];
  for (const [index, item] of wanted.entries()) {
    const arrival = await arrivalOf(inbox, item, head, index);
    await inbox.store(arrival);
    stored.push(arrival.purchaseId);
  }
  return { stored, suppressed: items.length - wanted.length };
}

/**
 * That a booking is named as cancelled, of which nothing else is said: what it means is asked, and is a person's to say where
 * nobody answers. The message is left out, since it names who booked.
 *
 * @returns its purchase, where the booking is known
 */
async function storeNamed(
  { inbox, enqueuer }: Pick<ReceiveDeps, "inbox" | "enqueuer">,
  bookingId: string,
  head: Head,
): Promise<string | undefined> {
  const purchaseId = await inbox.purchaseOfBooking(bookingId);
  if (purchaseId === undefined) return undefined;
  const body = JSON.stringify({ type: "booking", id: bookingId, links: [] });
  await inbox.store({ ...head, purchaseId, bookingIds: [bookingId], item: 0, body });
  enqueuer.soon(purchaseId);
  return purchaseId;
}

async function arrivalOf(inbox: Inbox, item: StorableItem, head: Head, index: number): Promise<Arrival> {
  const { bookingIds, text } = item;
  return { ...head, bookingIds, body: text, item: index, purchaseId: await purchaseOf(inbox, item) };
}

/** A lone booking may name no purchase; if we know the booking, we know its purchase. */
async function purchaseOf(
  inbox: Inbox,
  { purchaseId, bookingIds }: Pick<UnderstoodItem, "purchaseId" | "bookingIds">,
): Promise<string> {
  const [bookingId] = bookingIds;
  if (bookingId === undefined || purchaseId !== ownPurchaseId(bookingId)) return purchaseId;
  return (await inbox.purchaseOfBooking(bookingId)) ?? purchaseId;
}
