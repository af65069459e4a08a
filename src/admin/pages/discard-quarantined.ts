/** `POST /admin/quarantine/discard`: throws a delivery away, with the reason in the log. */
import { discard } from "../../operate/discard.ts";
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { reasonOf } from "./reason.ts";

export async function discardQuarantined(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const reason = reasonOf(request.form);
  const deliveryId = request.form.get("delivery") ?? "";
  if (!(await discard(deps, deliveryId))) throw new PageError(404, "This delivery is no longer in quarantine.");
  deps.audit(request.username, "discard quarantined", { deliveryId, reason });
  return { kind: "done", to: "/admin/quarantine", notice: { what: "discarded", count: 1 } };
}
