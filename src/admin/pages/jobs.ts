/** `GET /admin/jobs`: what was done to many, newest first, and a form to run purchases again. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { html } from "../views/html.ts";
import { jobsTable, runAgainForm } from "../views/jobs.ts";
import { emptyState, pageOf, pager } from "../views/parts.ts";

const PER_PAGE = 20;

export async function showJobs(
  { bulks, crms }: AdminDeps,
  { query, now, formToken }: PageRequest,
): Promise<PageAnswer> {
  const page = pageOf(query);
  const found = await bulks.newest({ offset: (page - 1) * PER_PAGE, limit: PER_PAGE + 1 });
  const names = crms.map(({ crm }) => crm);
  const nothing = emptyState("No jobs yet", "What is done to many purchases at once is here, with who started it.");
  const body = html`<h1>Jobs</h1>
<p class="lead">What was done to many purchases at once. A worker does one job after the other, behind whatever is live.</p>
${found.length === 0 ? nothing : jobsTable(found.slice(0, PER_PAGE), now)}
${pager("/admin/jobs", {}, page, found.length > PER_PAGE)}
${runAgainForm(names, new Date(now).toISOString().slice(0, "YYYY-MM-DD".length), formToken)}`;
  return { kind: "page", title: "Jobs", section: "jobs", body };
}
