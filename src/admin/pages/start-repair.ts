/** Starts the job that repairs what drifted: the plan that was shown, and no other. */
import type { RepairRequest } from "../../bulk/request.ts";
import { planDigest, planned, repairsIn } from "../../drift/repair.ts";
import { type AdminDeps, knownCrm } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function startRepair(
  deps: AdminDeps,
  request: RepairRequest,
  { username, concerns }: Pick<PageRequest, "username" | "concerns">,
): Promise<PageAnswer> {
  const plan = planned(await repairsIn(knownCrm(deps, request.crm).drifted));
  if (plan.length === 0) throw new PageError(409, "There is nothing to repair any more. Go back to Drift.");
  if (planDigest(plan) !== request.plan) {
    throw new PageError(
      409,
      "What is to be repaired has changed since you were shown it. Go back to Drift and look again.",
    );
  }
  const id = await deps.bulks.startRepair(request, username, plan);
  concerns({ job: id, records: plan.length });
  return { kind: "done", to: `/admin/jobs/${id}`, notice: { what: "job_started", count: plan.length } };
}
