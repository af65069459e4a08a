/** `POST /admin/held/decide`: says whether a held booking is cancelled or still active. */
import { decide } from "../../operate/pick.ts";
import { type AdminDeps, crmOf } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function decideHeld(deps: AdminDeps, { form, username }: PageRequest): Promise<PageAnswer> {
  const { crm } = crmOf(deps, form.get("crm"));
  const bookingId = form.get("booking") ?? "";
  const verdict = form.get("verdict");
  if (verdict !== "cancelled" && verdict !== "active") throw new PageError(400, "Say cancelled or active.");
  if ((await deps.inbox.purchaseOfBooking(bookingId)) === undefined) {
    throw new PageError(404, `Booking ${bookingId} is not known any more.`);
  }
  const purchaseId = await decide(deps.inbox, { bookingId, verdict });
  const detail = `booking ${bookingId} is ${verdict}`;
  await deps.operate.note(purchaseId, { crm, by: username, action: "decide", detail });
  // The decision concerns the booking, and so every CRM.
  for (const one of deps.crms) await deps.operate.retry(one.crm, [purchaseId], username);
  deps.audit(username, "decide", { purchaseId, bookingId, verdict });
  const to = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  return { kind: "done", to, notice: { what: "decided", count: 1 } };
}
