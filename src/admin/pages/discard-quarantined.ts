/** `POST /admin/quarantine/discard`: throws a delivery away, with the reason in the log. */
import { discard } from "../../operate/discard.ts";
import type { AdminDeps } from "../deps.ts";
import { NOT_IN_QUARANTINE, type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { reasonOf } from "./reason.ts";

export async function discardQuarantined(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const deliveryId = request.form.get("delivery") ?? "";
  request.concerns({ delivery: deliveryId });
  const reason = reasonOf(request.form);
  if (!(await discard(deps, deliveryId))) throw new PageError(404, NOT_IN_QUARANTINE);
  // What somebody typed may name a person, and the audit trail outlives what it speaks of.
  deps.log.info({ user: request.username, deliveryId, reason }, "discarded from quarantine");
  return { kind: "done", to: "/admin/quarantine", notice: { what: "discarded", count: 1 } };
}
