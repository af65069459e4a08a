/** What a button on the failed pages is about: purchases that were chosen there. All of a cause are a job. */
import { type AdminDeps, knownCrm } from "./deps.ts";
import { PageError, type PageRequest } from "./page.ts";
import { pageOf } from "./views/parts.ts";

export interface ChosenOnPage {
  readonly crm: string;
  readonly purchaseIds: readonly string[];
  /** Where they were chosen. */
  readonly place: string;
}

/** A page has fewer. */
const MOST = 100;

/** @throws PageError when the form names no purchase, as one of an earlier version for all of a cause */
export function chosenOf(deps: AdminDeps, form: URLSearchParams, concerns: PageRequest["concerns"]): ChosenOnPage {
  const { crm } = knownCrm(deps, form.get("crm"));
  const purchaseIds = [...new Set(form.getAll("purchase"))].filter((id) => id !== "");
  const cause = form.get("cause") ?? "";
  const [first, second] = purchaseIds;
  if (first === undefined && cause !== "")
    throw new PageError(400, "No purchase is selected. Go back and select some.");
  if (first === undefined || purchaseIds.length > MOST)
    throw new PageError(409, "This page is outdated. Go back and reload it.");
  concerns({
    crm,
    purchases: purchaseIds.length,
    ...(second === undefined && { purchase: first }),
    ...(cause !== "" && { cause }),
  });
  const anchor = second === undefined ? rowId(first) : PURCHASES_ID;
  return { crm, purchaseIds, place: `${placeOf(crm, form)}${cause === "" ? "" : `#${anchor}`}` };
}

/** The page of a cause that a form was on; the list where it says none. */
export function placeOf(crm: string, form: URLSearchParams): string {
  const cause = form.get("cause") ?? "";
  if (cause === "") return "/admin/failed";
  const page = pageOf(form);
  const path = `/admin/failed/${encodeURIComponent(crm)}/${encodeURIComponent(cause)}`;
  return page === 1 ? path : `${path}?page=${page}`;
}

export const PURCHASES_ID = "purchases";

/** Of a purchase in the table of a cause. */
export function rowId(purchaseId: string): string {
  return `p-${encodeURIComponent(purchaseId)}`;
}
