/** `POST /admin/failed/seen`: says that somebody has seen a cause and looks after it. */
import { type AdminDeps, knownCrm } from "../deps.ts";
import { placeOf } from "../failed.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function seeCause(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const { crm } = knownCrm(deps, form.get("crm"));
  const cause = form.get("cause") ?? "";
  concerns({ crm, cause });
  const isListed = await deps.syncLog.kept.markSeen(crm, cause, username);
  if (!isListed) throw new PageError(409, "Nothing is listed for this any more: it was mended meanwhile.");
  return { kind: "done", to: placeOf(crm, form), notice: { what: "seen", count: 1 } };
}
