/** What a button on the failed pages is about: one purchase. Many are a job. */
import { type AdminDeps, knownCrm } from "./deps.ts";
import { PageError, type PageRequest } from "./page.ts";

export interface ChosenOnPage {
  readonly crm: string;
  readonly purchaseIds: readonly string[];
}

/** @throws PageError when the form names no purchase, as one of an earlier version for all of a cause */
export function chosenOf(deps: AdminDeps, form: URLSearchParams, concerns: PageRequest["concerns"]): ChosenOnPage {
  const { crm } = knownCrm(deps, form.get("crm"));
  const purchase = form.get("purchase");
  if (!purchase) throw new PageError(409, "This page is outdated. Go back and reload it.");
  concerns({ crm, purchase, purchases: 1 });
  return { crm, purchaseIds: [purchase] };
}
