/** `GET /admin/failed`: what failed for good or waits for a person, grouped by cause. */
import type { Cause } from "../../synclog/cause.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { causeTitle } from "../views/causes.ts";
import { jobLink } from "../views/failed-forms.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, plural, tag } from "../views/parts.ts";
import { ago } from "../views/time.ts";

interface Group {
  readonly crm: string;
  readonly causes: readonly Cause[];
  readonly count: number;
}

export async function showFailed({ crms, syncLog }: AdminDeps, request: PageRequest): Promise<PageAnswer> {
  const groups = await Promise.all(
    crms.map(async ({ crm }): Promise<Group> => {
      const [causes, count] = await Promise.all([syncLog.causes(crm), syncLog.failedCount(crm)]);
      return { crm, causes, count };
    }),
  );
  const some = groups.filter(({ causes }) => causes.length > 0);
  const body = html`<h1>Failed and held</h1>
<p class="lead">What could not be brought to a CRM, grouped by cause, so that one correction can be followed by one retry. What succeeds leaves the list by itself.</p>
${some.length === 0 ? emptyState("Nothing failed, nothing is held", "Every notification was brought to the CRM, or is on its way.") : some.map((group) => groupSection(group, request))}`;
  return { kind: "page", title: "Failed and held", section: "failed", body };
}

function groupSection({ crm, causes, count }: Group, request: PageRequest): Html {
  return html`<section aria-labelledby="crm-${crm}"><div class="card-head"><h2 id="crm-${crm}">${crmName(crm)}: ${plural(count, "purchase")}</h2>
${jobLink({ action: "retry", crm }, "Retry all", crmName(crm))}</div>
${causes.map((cause) => causeCard(crm, cause, request))}</section>`;
}

function causeCard(crm: string, cause: Cause, { now }: PageRequest): Html {
  const href = `/admin/failed/${encodeURIComponent(crm)}/${encodeURIComponent(cause.id)}`;
  const held = cause.hold !== undefined;
  const title = causeTitle(cause);
  const chosen = { crm, cause: cause.id };
  return html`<article class="card cause"><div class="card-head"><h3>${title}</h3>${tag(held ? "warning" : "bad", held ? "Held" : "Failed")}</div>
<p class="quiet">${plural(cause.count, "purchase")}, first seen ${ago(cause.firstSeen, now)}, last seen ${ago(cause.lastSeen, now)}</p>
<details><summary>Example</summary><blockquote>${cause.example}</blockquote></details>
<div class="actions"><a href="${href}" role="button">${held ? "Decide" : "Show purchases"}<span class="visually-hidden">: ${title}</span></a>
${jobLink({ action: "retry", ...chosen }, cause.count === 1 ? "Retry" : `Retry all ${cause.count}`, title)}
${jobLink({ action: "dismiss", ...chosen }, "Dismiss", title)}</div></article>`;
}
