/** A person's answer to a hold: whether a booking is cancelled or still active. */
import { randomUUID } from "node:crypto";
import type { Decision } from "../booking/decision.ts";
import type { OperateDeps } from "./deps.ts";
import { note } from "./note.ts";
import { retry } from "./retry.ts";
import { purchaseOfBooking } from "./select.ts";

/**
 * Stores the decision in the booking's inbox, to be folded like a notification, and brings every CRM up to date: the
 * decision concerns the booking.
 *
 * @param crm where it was asked. @returns the purchase. @throws UnknownBookingError
 */
export async function decide(
  deps: OperateDeps,
  { decision, crm, by }: { readonly decision: Decision; readonly crm: string; readonly by: string },
): Promise<string> {
  const { bookingId, verdict } = decision;
  const purchaseId = await purchaseOfBooking(deps, bookingId);
  await deps.inbox.store({
    deliveryId: randomUUID(),
    purchaseId,
    route: "updates",
    receivedAt: new Date().toISOString(),
    bookingIds: [bookingId],
    body: JSON.stringify({ decision }),
  });
  await note(deps, [purchaseId], { crm, by, action: "decide", detail: `booking ${bookingId} is ${verdict}` });
  for (const one of deps.crms) await retry(deps, { crm: one.crm, purchaseIds: [purchaseId], by });
  return purchaseId;
}
