/** `POST /admin/failed/dismiss`: takes what was chosen off the list, with a reason that stays in the timelines; all of a cause are a job. */
import { dismiss } from "../../operate/dismiss.ts";
import { causeId } from "../../synclog/cause.ts";
import type { AdminDeps } from "../deps.ts";
import { chosenOf } from "../failed.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { reasonOf } from "./reason.ts";

export async function dismissFailed(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const reason = reasonOf(form);
  const { crm, purchaseIds: chosen, place } = chosenOf(deps, form, concerns);
  const purchaseIds = await stillListed(deps, crm, chosen, form.get("cause") ?? "");
  concerns({ purchases: purchaseIds.length });
  if (purchaseIds.length === 0) throw new PageError(409, OVER);
  await dismiss(deps, { crm, purchaseIds, by: username, reason });
  return { kind: "done", to: place, notice: { what: "dismissed", count: purchaseIds.length } };
}

const OVER =
  "Nothing was dismissed: it was mended or dismissed meanwhile, or is listed for something else now. Go back and reload the page.";

/** What is listed for another cause since the page was drawn nobody has looked at. */
async function stillListed(
  { syncLog }: AdminDeps,
  crm: string,
  purchaseIds: readonly string[],
  cause: string,
): Promise<string[]> {
  const statuses = await syncLog.status(crm, purchaseIds);
  return purchaseIds.filter((id) => {
    const failures = statuses.get(id)?.failures ?? [];
    return failures.length > 0 && (cause === "" || failures.some((failure) => causeId(failure) === cause));
  });
}
