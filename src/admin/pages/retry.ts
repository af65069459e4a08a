/** `POST /admin/failed/retry`: brings what was chosen up to date once more; all of a cause are a job. */
import { retry } from "../../operate/retry.ts";
import type { AdminDeps } from "../deps.ts";
import { chosenOf } from "../failed.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function retryFailed(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm, purchaseIds, place } = chosenOf(deps, form, concerns);
  // Enter in the field for a reason presses the first button of the form.
  if ((form.get("reason") ?? "").trim() !== "") {
    throw new PageError(400, "A reason is for dismissing. Go back and press Dismiss selected, or take the reason out.");
  }
  await retry(deps, { crm, purchaseIds, by: username });
  return { kind: "done", to: place, notice: { what: "retried", count: purchaseIds.length } };
}
