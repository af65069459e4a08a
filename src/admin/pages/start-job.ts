/** `POST /admin/jobs`: starts a job on many, which a worker does. */
import { countMeant } from "../../bulk/meant.ts";
import { filterWords } from "../../bulk/request.ts";
import type { AdminDeps } from "../deps.ts";
import { jobRequestOf } from "../job-request.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";
import { startRepair } from "./start-repair.ts";

export async function startJob(deps: AdminDeps, { form, username, concerns }: PageRequest): Promise<PageAnswer> {
  const request = await jobRequestOf(deps, form, false);
  concerns({ action: request.action, filter: filterWords(request).join(", ") });
  if (request.action === "repair_drift") return await startRepair(deps, request, { username, concerns });
  const total = await countMeant(deps, request);
  if (total === 0) throw new PageError(409, "There is nothing of this any more: it was mended or dismissed meanwhile.");
  const id = await deps.bulks.start(request, username, total);
  concerns({ job: id, ...(request.action === "read_again" ? { deliveries: total } : { purchases: total }) });
  return { kind: "done", to: `/admin/jobs/${id}`, notice: { what: "job_started", count: total } };
}
