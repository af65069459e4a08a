/** `POST /admin/failed/dismiss`: takes what was chosen off the list, with a reason that stays in the timelines; all of a cause are a job. */
import { dismiss } from "../../operate/dismiss.ts";
import type { AdminDeps } from "../deps.ts";
import { chosenOf } from "../failed.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { reasonOf } from "./reason.ts";

export async function dismissFailed(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const reason = reasonOf(form);
  const { crm, purchaseIds, place } = chosenOf(deps, form, concerns);
  await dismiss(deps, { crm, purchaseIds, by: username, reason });
  return { kind: "done", to: place, notice: { what: "dismissed", count: purchaseIds.length } };
}
