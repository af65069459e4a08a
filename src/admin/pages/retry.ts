/** `POST /admin/failed/retry`: brings one purchase up to date once more; many are a job. */
import { retry } from "../../operate/retry.ts";
import type { AdminDeps } from "../deps.ts";
import { chosenOf } from "../failed.ts";
import type { PageAnswer, PageRequest } from "../page.ts";

export async function retryFailed(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm, purchaseIds } = chosenOf(deps, form, concerns);
  await retry(deps, { crm, purchaseIds, by: username });
  return { kind: "done", to: "/admin/failed", notice: { what: "retried", count: purchaseIds.length } };
}
