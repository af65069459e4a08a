/** `GET /admin`: is everything in order, and if not, what is in the way. */
import type { Sender } from "../../metrics/sender.ts";
import { standingOf } from "../../reconcile/standing.ts";
import { RECEIVER } from "../../stats/buckets.ts";
import type { CrmStatistics } from "../../stats/statistics.ts";
import type { AdminDeps } from "../deps.ts";
import { heldInCrms } from "../held-in-crms.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { type CrmView, crmCard } from "../views/crm-card.ts";
import { type FigureRow, figuresTable } from "../views/figures-table.ts";
import { heldWords } from "../views/held-in-crm.ts";
import { type Html, html } from "../views/html.ts";
import { mappingsCard } from "../views/mappings-card.ts";
import { plural } from "../views/parts.ts";
import { standingLine } from "../views/standing.ts";
import { ago } from "../views/time.ts";

export async function showOverview(deps: AdminDeps, { now, formToken }: PageRequest): Promise<PageAnswer> {
  const views = await Promise.all(deps.crms.map(({ crm }) => viewOf(deps, crm)));
  const since = await deps.mappingVersions.since();
  const received = views[0]?.statistics;
  const from = {
    ...(await deps.sender()),
    suppressed: (await deps.statistics.totals(RECEIVER)).get("suppressed") ?? 0,
  };
  const standing = standingOf(await deps.walks.newest(), deps.plan, now);
  const held = await heldInCrms(deps);
  const isToBeSet = standing.kind === "not_configured" && heldWords(held).words.length === 0;
  const body = html`<h1>Overview</h1>
<p class="lead">${verdict(views)}</p>
${standingLine(standing, held, now, html`<a href="/admin/reconciliation">${isToBeSet ? "What to set" : "Reconciliation"}</a>`)}
<div class="columns">${views.map((view) => crmCard(view, now, formToken))}${received !== undefined && receivedCard(received, from, now)}${mappingsCard(deps.mappings.current(), since, now)}</div>`;
  return { kind: "page", title: "Overview", section: "overview", body };
}

async function viewOf({ snapshot, statistics, syncLog }: AdminDeps, crm: string): Promise<CrmView> {
  const [now, counted, failed] = await Promise.all([snapshot(crm), statistics.read(crm), syncLog.failedCount(crm)]);
  return { crm, snapshot: now, statistics: counted, failed };
}

function verdict(views: readonly CrmView[]): string {
  const paused = views.filter(({ snapshot }) => snapshot.paused || snapshot.gate !== undefined).length;
  if (paused > 0) return "Something is paused. Notifications are still received and kept; they are applied later.";
  if (views.some(({ failed }) => failed > 0))
    return "Everything runs. Some purchases wait for somebody to look at them.";
  return "Everything runs.";
}

const RECEIVED: readonly FigureRow[] = [
  {
    name: "Received",
    hint: "deliveries that BookingBug was told we have",
    of: (p) => p.received,
    tone: "good",
    total: "sum",
  },
  {
    name: "Quarantined",
    hint: "deliveries that could not be read",
    of: (p) => p.quarantined,
    tone: "bad",
    total: "sum",
  },
];

/** @param from with how many notifications were kept out since the service was set up */
function receivedCard(
  statistics: CrmStatistics,
  { heard, refused, suppressed }: Sender & { readonly suppressed: number },
  now: number,
): Html {
  return html`<section class="card" aria-labelledby="received"><h2 id="received">From BookingBug</h2>
<dl class="facts"><dt>Last heard</dt><dd>${heard === undefined ? "never, or long ago" : ago(heard, now)}</dd>
${refused !== undefined && html`<dt>Last refused sign-in</dt><dd>${ago(refused.at, now)}, from <code>${refused.address}</code></dd>`}
${suppressed > 0 && html`<dt>Kept out</dt><dd>${plural(suppressed, "notification")} of people who were forgotten. Appointments of theirs that a CRM has are not changed by it.</dd>`}</dl>
${figuresTable("What was received", RECEIVED, statistics)}</section>`;
}
