/** The page before what drifted is repaired: what would be written to how many records. */
import { estimate } from "../../bulk/estimate.ts";
import type { RepairRequest } from "../../bulk/request.ts";
import { planDigest, planned, repairsIn } from "../../drift/repair.ts";
import { planWords } from "../../drift/repair-words.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { fieldsOf } from "../job-request.ts";
import { type PageAnswer, PageError } from "../page.ts";
import { newJobBody } from "../views/new-job.ts";

export async function showNewRepair(deps: AdminDeps, asked: RepairRequest, formToken: string): Promise<PageAnswer> {
  const repairs = await repairsIn(knownCrm(deps, asked.crm).drifted);
  if (repairs.length === 0) {
    throw new PageError(409, "There is nothing to repair: the mapping leaves or only reports what is edited there.");
  }
  const request = { ...asked, plan: planDigest(planned(repairs)) };
  const expected = { ...(await estimate(deps, request)), total: repairs.length };
  const body = newJobBody({ request, expected, about: planWords(repairs), fields: fieldsOf(request), formToken });
  return { kind: "page", title: "New job", section: "jobs", body };
}
