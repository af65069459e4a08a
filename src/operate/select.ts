/** Which purchases somebody means. */
import type { Inbox } from "../inbox/inbox.ts";
import type { FailedPurchase } from "../synclog/failed.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import type { OperateDeps } from "./deps.ts";
import { readPurchase } from "./purchase.ts";

export type Selection =
  | { readonly kind: "purchase"; readonly purchaseId: string }
  | { readonly kind: "booking"; readonly bookingId: string }
  | { readonly kind: "since"; readonly since: Date }
  | { readonly kind: "failed" };

/** A booking nobody has heard of. */
class UnknownBookingError extends Error {
  readonly kind = "unknown_booking";
  override readonly name = "UnknownBookingError";
}

/** A purchase of which nothing is stored. */
class UnknownPurchaseError extends Error {
  readonly kind = "unknown_purchase";
  override readonly name = "UnknownPurchaseError";
}

const AT_ONCE = 500;

/** @returns the purchases that are meant in a CRM. @throws UnknownBookingError, UnknownPurchaseError */
export async function selectPurchases(
  deps: OperateDeps,
  crm: string,
  selection: Selection,
): Promise<readonly string[]> {
  switch (selection.kind) {
    case "purchase":
      return [await knownPurchase(deps, selection.purchaseId)];
    case "booking":
      return [await purchaseOfBooking(deps, selection.bookingId)];
    case "since":
      return await deps.inbox.arrivedSince(selection.since.getTime());
    case "failed":
      return await listed(deps.syncLog, crm, () => true);
  }
}

/** Bringing up to date what nobody has heard of would pass for done. @throws UnknownPurchaseError */
async function knownPurchase(deps: OperateDeps, purchaseId: string): Promise<string> {
  if ((await readPurchase(deps, purchaseId)) !== undefined) return purchaseId;
  throw new UnknownPurchaseError(
    `Nothing is known of purchase ${purchaseId}. Check the id, or name one of its bookings instead.`,
  );
}

/** @throws UnknownBookingError */
export async function purchaseOfBooking(
  { inbox }: { readonly inbox: Pick<Inbox, "purchaseOfBooking"> },
  bookingId: string,
): Promise<string> {
  const purchaseId = await inbox.purchaseOfBooking(bookingId);
  if (purchaseId !== undefined) return purchaseId;
  throw new UnknownBookingError(`Booking ${bookingId} is not known. Check the id, or name its purchase instead.`);
}

/** Those of them that wait for a decision about a booking. */
export async function heldPurchases(
  syncLog: Pick<SyncLog, "failed">,
  crm: string,
  bookingId: string,
): Promise<string[]> {
  return await listed(syncLog, crm, ({ failures }) =>
    failures.some(({ hold }) => hold !== undefined && "bookingIds" in hold && hold.bookingIds.includes(bookingId)),
  );
}

async function listed(
  syncLog: Pick<SyncLog, "failed">,
  crm: string,
  isMeant: (one: FailedPurchase) => boolean,
): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += AT_ONCE) {
    const some = await syncLog.failed(crm, undefined, { offset, limit: AT_ONCE });
    ids.push(...some.filter(isMeant).map(({ purchaseId }) => purchaseId));
    if (some.length < AT_ONCE) return [...new Set(ids)];
  }
}
