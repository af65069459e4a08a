/** `GET /admin/bookings/:purchaseId`: everything that is known of a purchase. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { readPurchase } from "../read-purchase.ts";
import { purchasePage } from "../views/purchase-page.ts";

export async function showBooking(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const purchase = await readPurchase(deps, request.params.purchaseId ?? "", request.veil);
  return purchasePage(purchase, request, "masked");
}
