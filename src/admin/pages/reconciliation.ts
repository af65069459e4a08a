/** `GET /admin/reconciliation`: BookingBug's bookings beside ours and those in the CRMs: what was found, why, and what waits. */
import { driftFigures } from "../../drift/figures.ts";
import { neverCameIn } from "../../reconcile/history.ts";
import { standingOf } from "../../reconcile/standing.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { type Html, html } from "../views/html.ts";
import { crmName, emptyState, plural } from "../views/parts.ts";
import { standingLine } from "../views/standing.ts";
import { neverCameTable, walksTable } from "../views/walks.ts";

export async function showReconciliation(deps: AdminDeps, { now }: PageRequest): Promise<PageAnswer> {
  const walks = await deps.walks.newest();
  const standing = standingOf(walks, deps.plan, now);
  const drift = deps.drift.map(async ({ crm, store }) => ({ crm, drift: await driftFigures(store) }));
  const crms = deps.crms.map(({ crm }) => crm);
  const body = html`<h1>Reconciliation</h1>
<p class="lead">What BookingBug lists, compared with what is known here and in each CRM. What it never posted is read back. What people changed in the CRMs is on <a href="/admin/drift">Drift</a>.</p>
${standingLine(standing, await Promise.all(drift), now)}
${standing.kind === "not_configured" && howTo()}
${
  walks.length > 0 &&
  html`${await waiting(deps)}<section class="card" aria-labelledby="walks"><h2 id="walks">The last walks</h2>
${walksTable(walks, crms, now)}</section>`
}
${
  walks.some((walk) => neverCameIn(walk) > 0) &&
  html`<section class="card" aria-labelledby="never"><h2 id="never">What never came</h2>
${neverCameTable(walks, now)}</section>`
}
${walks.length === 0 && standing.kind !== "not_configured" && nothingYet(deps)}`;
  return { kind: "page", title: "Reconciliation", section: "reconciliation", body };
}

/** What is on its way to the CRMs, or waits for a person, whichever way it came. */
async function waiting({ crms, snapshot, syncLog }: AdminDeps): Promise<Html> {
  const rows = await Promise.all(
    crms.map(async ({ crm }) => {
      const [{ pending }, failed] = await Promise.all([snapshot(crm), syncLog.failedCount(crm)]);
      return html`<dt>${crmName(crm)}</dt><dd>${plural(pending, "purchase")} on the way, ${failed === 0 ? "none failed or held" : html`<a href="/admin/failed#crm-${crm}">${failed} failed or held</a>`}</dd>`;
    }),
  );
  return html`<section class="card" aria-labelledby="waits"><h2 id="waits">What waits now</h2><dl class="facts">${rows}</dl></section>`;
}

function howTo(): Html {
  return emptyState(
    "BookingBug’s API is not configured",
    html`Set <code>BOOKINGBUG_API_URL</code>, <code>BOOKINGBUG_API_COMPANY_ID</code> and what to sign in with: <em>Let it ask BookingBug</em> in <code>docs/deployment.md</code> says how. Until then, what BookingBug does not post is not noticed.`,
  );
}

function nothingYet({ plan }: AdminDeps): Html {
  return emptyState(
    "No walk has ended yet",
    plan.every === "off"
      ? html`None is made by itself: <code>RECONCILE_EVERY</code> is <code>off</code>. <code>crm-sync reconcile</code> makes one now.`
      : html`The worker makes one by itself; <code>crm-sync reconcile</code> makes one now.`,
  );
}
