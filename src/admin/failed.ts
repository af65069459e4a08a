/** Reads and chooses among what failed or is held. */
import { type AdminDeps, type CrmDeps, crmOf } from "./deps.ts";
import { PageError } from "./page.ts";

const AT_ONCE = 500;

/** What a button on the failed pages is about: one purchase, a cause, or everything of a CRM. */
export interface Chosen {
  readonly crm: CrmDeps;
  readonly purchaseIds: readonly string[];
}

/** @throws PageError when the form names nothing that is still on the list */
export async function chosenOf(deps: AdminDeps, form: URLSearchParams): Promise<Chosen> {
  const crm = crmOf(deps, form.get("crm"));
  const purchaseId = form.get("purchase");
  const purchaseIds = purchaseId !== null ? [purchaseId] : await listed(deps, crm.crm, form.get("cause") ?? undefined);
  if (purchaseIds.length === 0) {
    throw new PageError(409, "Nothing of this is on the list any more: it was mended or dismissed meanwhile.");
  }
  return { crm, purchaseIds };
}

/** All of them are read before anything is done, since the list changes as they are worked on. */
async function listed({ syncLog }: AdminDeps, crm: string, causeId: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += AT_ONCE) {
    const some = await syncLog.failed(crm, causeId, { offset, limit: AT_ONCE });
    ids.push(...some.map(({ purchaseId }) => purchaseId));
    if (some.length < AT_ONCE) return [...new Set(ids)];
  }
}
