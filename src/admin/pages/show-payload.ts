/** `POST /admin/bookings/:purchaseId/payload`: the same page with the payloads unmasked, which leaves an audit line. */
import { note } from "../../operate/note.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { readPurchase } from "../read-purchase.ts";
import { purchasePage } from "../views/purchase-page.ts";

export async function showPayload(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const purchaseId = request.params.purchaseId ?? "";
  const purchase = await readPurchase(deps, purchaseId);
  const [first] = deps.crms;
  if (first !== undefined) {
    await note(deps, [purchaseId], { crm: first.crm, by: request.username, action: "show_payload" });
  }
  deps.audit(request.username, "show payload", { purchaseId });
  return purchasePage(purchase, request, "shown");
}
