/** `POST /admin/quarantine/read-again`: reads one delivery, or all, as if they had just arrived. */

import type { QuarantinedDelivery } from "../../inbox/inbox.ts";
import { readAgain } from "../../operate/read-again.ts";
import type { AdminDeps } from "../deps.ts";
import { type Notice, type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function readQuarantinedAgain(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const deliveryId = request.form.get("delivery");
  if (deliveryId !== null) request.concerns({ delivery: deliveryId });
  const deliveries = await chosen(deps, deliveryId);
  request.concerns({ deliveries: deliveries.length });
  const { read, unreadable } = await readAgain(deps, deliveries);
  const notice: Notice = read > 0 ? { what: "released", count: read } : { what: "still_unreadable", count: unreadable };
  return { kind: "done", to: "/admin/quarantine", notice };
}

async function chosen(deps: AdminDeps, deliveryId: string | null): Promise<readonly QuarantinedDelivery[]> {
  if (deliveryId === null) return await deps.inbox.quarantined();
  const delivery = await deps.quarantine.find(deliveryId);
  if (delivery === undefined) throw new PageError(404, "This delivery is no longer in quarantine.");
  return [delivery];
}
