/** `GET /admin/jobs/new`: what would be done to how many, about how many calls and how long it takes, before it is started. */
import { estimate } from "../../bulk/estimate.ts";
import type { AdminDeps } from "../deps.ts";
import { fieldsOf, jobRequestOf } from "../job-request.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { causeTitle } from "../views/causes.ts";
import { newJobBody } from "../views/new-job.ts";
import { showNewRepair } from "./new-repair.ts";

export async function showNewJob(deps: AdminDeps, { query, formToken }: PageRequest): Promise<PageAnswer> {
  const request = await jobRequestOf(deps, query, true);
  if (request.action === "repair_drift") return await showNewRepair(deps, request, formToken);
  const expected = await estimate(deps, request);
  if (expected.total === 0) {
    throw new PageError(409, "There is nothing of this: it was mended or dismissed meanwhile, or never came.");
  }
  const cause = "cause" in request ? request.cause : undefined;
  const [known] =
    cause !== undefined && "crm" in request
      ? await deps.syncLog.kept.read([{ crm: request.crm ?? "", id: cause }])
      : [];
  const about = known && causeTitle(known);
  const body = newJobBody({ request, expected, about, fields: { ...fieldsOf(request) }, formToken });
  return { kind: "page", title: "New job", section: "jobs", body };
}
