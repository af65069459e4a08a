/** `POST /admin/bookings/:purchaseId/payload`: the same page with the payloads unmasked, which leaves an audit line. */
import { noteLook } from "../../operate/purchase.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { readPurchase } from "../read-purchase.ts";
import { purchasePage } from "../views/purchase-page.ts";

export async function showPayload(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const purchaseId = request.params.purchaseId ?? "";
  request.concerns({ purchase: purchaseId });
  const purchase = await readPurchase(deps, purchaseId, request.veil);
  await noteLook(deps, purchaseId, request.username);
  return purchasePage(purchase, request, "shown");
}
