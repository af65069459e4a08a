/** `POST /admin/quarantine/discard`: throws a delivery away, with the reason in the log. */
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { reasonOf } from "./reason.ts";

export async function discardQuarantined(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const reason = reasonOf(request.form);
  const delivery = await deps.quarantine.find(request.form.get("delivery") ?? "");
  if (delivery === undefined) throw new PageError(404, "This delivery is no longer in quarantine.");
  await deps.inbox.release(delivery.deliveryId);
  deps.audit(request.username, "discard quarantined", { deliveryId: delivery.deliveryId, reason });
  return { kind: "done", to: "/admin/quarantine", notice: { what: "discarded", count: 1 } };
}
