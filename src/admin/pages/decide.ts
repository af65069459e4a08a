/** `POST /admin/held/decide`: says whether a held booking is cancelled or still active. */
import { decide } from "../../operate/decide.ts";
import { UnknownBookingError } from "../../operate/select.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function decideHeld(deps: AdminDeps, { form, username }: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  const bookingId = form.get("booking") ?? "";
  const verdict = form.get("verdict");
  if (verdict !== "cancelled" && verdict !== "active") throw new PageError(400, "Say cancelled or active.");
  const decision = { bookingId, verdict } as const;
  const purchaseId = await decide(deps, { decision, crm, by: username }).catch((error) => notKnown(error, bookingId));
  deps.audit(username, "decide", { purchaseId, bookingId, verdict });
  const to = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  return { kind: "done", to, notice: { what: "decided", count: 1 } };
}

function notKnown(error: unknown, bookingId: string): never {
  if (!(error instanceof UnknownBookingError)) throw error;
  throw new PageError(404, `Booking ${bookingId} is not known any more.`);
}
