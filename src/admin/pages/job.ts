/** `GET /admin/jobs/:job`: how far a job on many is, who started it, and what came of it. */
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { jobBody } from "../views/job.ts";

export async function showJob(deps: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const bulk = await deps.bulks.read(request.params.job ?? "");
  if (bulk === undefined) throw new PageError(404, "There is no such job, or it is older than what is kept.");
  return { kind: "page", title: "Job", section: "jobs", body: jobBody(bulk, request) };
}
