/** `GET /admin/quarantine/:deliveryId/download`: the delivery's body as it came, for a person to look into. */
import type { AdminDeps } from "../deps.ts";
import { NOT_IN_QUARANTINE, type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function downloadQuarantined(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const deliveryId = request.params.deliveryId ?? "";
  request.concerns({ delivery: deliveryId });
  const delivery = await deps.quarantine.find(deliveryId);
  if (delivery === undefined) throw new PageError(404, NOT_IN_QUARANTINE);
  return {
    kind: "download",
    fileName: `delivery-${delivery.deliveryId}.txt`,
    // Whatever was sent to us must not run as a page of ours.
    contentType: "application/octet-stream",
    body: delivery.body,
  };
}
