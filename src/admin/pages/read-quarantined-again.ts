/** `POST /admin/quarantine/read-again`: reads one delivery, or all, as if they had just arrived. */

import type { QuarantinedDelivery } from "../../inbox/quarantine.ts";
import { readAgain } from "../../operate/read-again.ts";
import type { AdminDeps } from "../deps.ts";
import { type Notice, type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function readQuarantinedAgain(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const deliveryId = request.form.get("delivery");
  if (deliveryId !== null) request.concerns({ delivery: deliveryId });
  const one = deliveryId === null ? undefined : await chosen(deps, deliveryId);
  request.concerns({ deliveries: one === undefined ? await deps.quarantine.count() : 1 });
  const { read, unreadable } = await readAgain(deps, one === undefined ? deps.quarantine.walk() : [one]);
  const notice: Notice = read > 0 ? { what: "released", count: read } : { what: "still_unreadable", count: unreadable };
  return { kind: "done", to: "/admin/quarantine", notice };
}

async function chosen({ quarantine }: AdminDeps, deliveryId: string): Promise<QuarantinedDelivery> {
  const delivery = await quarantine.find(deliveryId);
  if (delivery === undefined) throw new PageError(404, "This delivery is no longer in quarantine.");
  return delivery;
}
