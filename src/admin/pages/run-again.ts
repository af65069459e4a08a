/** `POST /admin/bookings/:purchaseId/run-again`: brings a purchase up to date once more in every CRM. */
import { retry } from "../../operate/retry.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";

export async function runAgain(deps: AdminDeps, { params, username, concerns }: PageRequest): Promise<PageAnswer> {
  const purchaseId = params.purchaseId ?? "";
  concerns({ purchase: purchaseId });
  for (const { crm } of deps.crms) await retry(deps, { crm, purchaseIds: [purchaseId], by: username });
  const to = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  return { kind: "done", to, notice: { what: "retried", count: 1 } };
}
