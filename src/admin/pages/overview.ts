/** `GET /admin`: is everything in order, and if not, what is in the way. */
import type { CrmFacts } from "../../health/facts.ts";
import type { Verdict } from "../../health/verdict.ts";
import type { Sender } from "../../metrics/sender.ts";
import { RECEIVER } from "../../stats/buckets.ts";
import type { CrmStatistics } from "../../stats/statistics.ts";
import type { Cause } from "../../synclog/cause.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { lastNight } from "../span.ts";
import { alertsCard } from "../views/alerts.ts";
import { spanQuery } from "../views/cause-list.ts";
import { type CrmView, crmCard } from "../views/crm-card.ts";
import { driftWords } from "../views/drift-words.ts";
import { type FigureRow, figuresTable } from "../views/figures-table.ts";
import { type Html, html } from "../views/html.ts";
import { mappingsCard } from "../views/mappings-card.ts";
import { plural } from "../views/parts.ts";
import { standingLine } from "../views/standing.ts";
import { ago } from "../views/time.ts";
import { senderTag, verdictCard } from "../views/verdict.ts";

export async function showOverview(deps: AdminDeps, { now, formToken }: PageRequest): Promise<PageAnswer> {
  const facts = await deps.health.facts();
  const verdict = deps.health.judge(facts);
  const views = await Promise.all(facts.crms.map((crm) => viewOf(deps, crm)));
  const since = await deps.mappingVersions.since();
  const received = views[0]?.statistics;
  const from = {
    ...facts.sender,
    suppressed: (await deps.statistics.totals(RECEIVER)).get("suppressed") ?? 0,
  };
  const { standing } = facts;
  const alerts = alertsCard(await deps.announced.read(), now, formToken);
  const isToBeSet = standing.kind === "not_configured" && driftWords(facts.crms).words.length === 0;
  const body = html`<h1>Overview</h1>
${verdictCard(verdict, formToken, await worstCauses(deps, facts.crms))}
<p><a href="/admin/failed${spanQuery(lastNight(now))}">What broke last night</a></p>
${standingLine(standing, facts.crms, now, html`<a href="/admin/reconciliation">${isToBeSet ? "What to set" : "Reconciliation"}</a>`)}
<div class="columns">${views.map((view) => crmCard(view, verdict, now, formToken))}${received !== undefined && receivedCard(received, from, verdict, now)}${mappingsCard(deps.mappings.current(), since, now)}${alerts}</div>`;
  return { kind: "page", title: "Overview", section: "overview", body };
}

/** Of the causes that were seen last. */
const LOOKED_AT = 100;
const WORST = 3;

/** What most purchases failed for, where they failed for more than one thing. */
async function worstCauses(
  { syncLog: { kept } }: AdminDeps,
  crms: readonly CrmFacts[],
): Promise<ReadonlyMap<string, readonly Cause[]>> {
  const several = crms.filter(({ causes }) => causes.failed > 1);
  const worst = several.map(async ({ crm }) => {
    const causes = await kept.read((await kept.places([crm], "failed")).slice(0, LOOKED_AT));
    return [crm, causes.toSorted((a, b) => b.count - a.count).slice(0, WORST)] as const;
  });
  return new Map(await Promise.all(worst));
}

async function viewOf({ statistics }: AdminDeps, { crm, snapshot, failed, held }: CrmFacts): Promise<CrmView> {
  return { crm, snapshot, failed, held, statistics: await statistics.read(crm) };
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
    href: "/admin/quarantine",
  },
];

/** @param from with how many notifications were kept out since the service was set up */
function receivedCard(
  statistics: CrmStatistics,
  { heard, refused, suppressed }: Sender & { readonly suppressed: number },
  verdict: Verdict,
  now: number,
): Html {
  return html`<section class="card" aria-labelledby="received"><div class="card-head"><h2 id="received">From BookingBug</h2>${senderTag(verdict)}</div>
<dl class="facts"><dt>Last heard</dt><dd>${heard === undefined ? "never, or long ago" : ago(heard, now)}</dd>
${refused !== undefined && html`<dt>Last refused sign-in</dt><dd>${ago(refused.at, now)}, from <code>${refused.address}</code></dd>`}
${suppressed > 0 && html`<dt>Kept out</dt><dd>${plural(suppressed, "notification")} of people who were forgotten. Appointments of theirs that a CRM has are not changed by it.</dd>`}</dl>
${figuresTable("What was received", RECEIVED, statistics)}</section>`;
}
