/** `POST /admin/jobs/:job/stop`: nothing more of it is taken up. */
import { filterWords } from "../../bulk/request.ts";
import { overOf } from "../../bulk/store.ts";
import type { AdminDeps } from "../deps.ts";
import { type PageAnswer, PageError, type PageRequest } from "../page.ts";

export async function stopJob(deps: AdminDeps, { params, username, concerns }: PageRequest): Promise<PageAnswer> {
  const id = params.job ?? "";
  concerns({ job: id });
  const stopped = await deps.bulks.stop(id, username);
  if (stopped === undefined) throw new PageError(409, "This job is over already. Go back and reload the page.");
  concerns({ action: stopped.request.action, filter: filterWords(stopped.request).join(", ") });
  return { kind: "done", to: `/admin/jobs/${id}`, notice: { what: "job_stopped", count: overOf(stopped) } };
}
