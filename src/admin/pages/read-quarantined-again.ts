/** `POST /admin/quarantine/read-again`: reads one delivery as if it had just arrived; all of them are a job. */
import { readAgain } from "../../operate/read-again.ts";
import type { AdminDeps } from "../deps.ts";
import { NOT_IN_QUARANTINE, type Notice, type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function readQuarantinedAgain(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const deliveryId = request.form.get("delivery");
  if (!deliveryId) throw new PageError(409, "This page is outdated. Go back and reload it.");
  request.concerns({ delivery: deliveryId, deliveries: 1 });
  const delivery = await deps.quarantine.find(deliveryId);
  if (delivery === undefined) throw new PageError(404, NOT_IN_QUARANTINE);
  const { read, unreadable } = await readAgain(deps, [delivery]);
  const notice: Notice = read > 0 ? { what: "released", count: read } : { what: "still_unreadable", count: unreadable };
  return { kind: "done", to: "/admin/quarantine", notice };
}
