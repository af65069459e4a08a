/** How one CRM stands: whether it takes our writes, what was done, how long it took, what it allows. */
import type { Verdict } from "../../health/verdict.ts";
import type { Snapshot } from "../../metrics/snapshot.ts";
import type { CrmStatistics, DailyCalls } from "../../stats/statistics.ts";
import type { GateState } from "../../sync/gate.ts";
import { GATE_WORDS } from "../../sync/gate-reasons.ts";
import { type FigureRow, figuresTable, lagRow } from "./figures-table.ts";
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { crmName, plural } from "./parts.ts";
import { pauseForm } from "./pauses.ts";
import { ago, duration } from "./time.ts";
import { crmTag } from "./verdict.ts";

export interface CrmView {
  readonly crm: string;
  readonly snapshot: Snapshot;
  readonly statistics: CrmStatistics;
  /** Purchases on the failed list. */
  readonly failed: number;
  /** Those that wait for a person. */
  readonly held: number;
}

const ROWS: readonly FigureRow[] = [
  {
    name: "Applied",
    hint: "notifications the CRM was brought up to date with",
    of: (p) => p.applied,
    tone: "good",
    total: "sum",
  },
  {
    name: "Superseded",
    hint: "notifications that a newer one had overtaken",
    of: (p) => p.superseded,
    tone: "plain",
    total: "sum",
  },
  { name: "Failed", hint: "purchases that failed for good", of: (p) => p.failed, tone: "bad", total: "sum" },
  { name: "Held", hint: "purchases that began to wait for a person", of: (p) => p.held, tone: "warning", total: "sum" },
  {
    name: "Waiting",
    hint: "purchases that waited at the end of each stretch",
    of: (p) => p.waiting,
    tone: "busy",
    total: "last",
  },
];

function rowsOf(crm: string): FigureRow[] {
  const lists = new Map([
    ["Failed", "/admin/failed"],
    ["Held", "/admin/held"],
    ["Waiting", `/admin/bookings?${new URLSearchParams({ waiting: crm })}`],
  ]);
  return ROWS.map((row) => ({ ...row, href: lists.get(row.name) }));
}

/** @param verdict whose word the card's tag is */
export function crmCard(view: CrmView, verdict: Verdict, now: number, formToken: string): Html {
  const { crm, snapshot, statistics, failed, held } = view;
  const id = `crm-${crm}`;
  return html`<section class="card" aria-labelledby="${id}">
<div class="card-head"><h2 id="${id}">${crmName(crm)}</h2>${crmTag(crm, verdict)}</div>
${obstacle(snapshot, now)}${(snapshot.paused || snapshot.gate !== undefined) && resumeForm(crm, formToken)}
${snapshot.pausedByHand === undefined && pauseForm(crm, formToken)}
<dl class="facts">
<dt>Waiting now</dt><dd>${waiting(crm, snapshot)}</dd>
<dt>Failed</dt><dd>${failed === 0 ? "none" : html`<a href="/admin/failed#${id}">${plural(failed, "purchase")}</a>`}</dd>
<dt>Held</dt><dd>${held === 0 ? "none" : html`<a href="/admin/held#${id}">${plural(held, "purchase")}</a>`}</dd>
<dt>CRM calls</dt><dd>${calls(statistics, now)}</dd>
</dl>
${figuresTable(`What happened in ${crmName(crm)}`, rowsOf(crm), statistics, [lagRow(statistics)])}</section>`;
}

function resumeForm(crm: string, formToken: string): Html {
  return buttonForm({ action: "/admin/resume", formToken, hidden: { crm }, button: "Resume", about: crmName(crm) });
}

/** A person's pause is said at the head of every page. */
function obstacle({ gate }: Snapshot, now: number): Html | undefined {
  return gate && closedGate(gate, now);
}

function closedGate(gate: GateState, now: number): Html {
  const { title, nextStep } = GATE_WORDS[gate.reason];
  const until = gate.until !== undefined && html` Not before ${ago(gate.until, now)}.`;
  return html`<p><strong>${title}.</strong> Since ${ago(gate.since, now)}.${until}<br>${nextStep}<br><small>${gate.detail}</small></p>`;
}

function waiting(crm: string, { pending, lagMs, jobs }: Snapshot): Html | string {
  if (pending === 0) return "nothing";
  const later = jobs.delayed > 0 && `, ${jobs.delayed} to be tried again later`;
  return html`<a href="/admin/bookings?waiting=${encodeURIComponent(crm)}">${plural(pending, "purchase")}</a>, the oldest for ${duration(lagMs)}${later}`;
}

function calls({ callsToday, daily }: CrmStatistics, now: number): Html {
  const ours = html`${callsToday.toLocaleString("en")} by us since midnight`;
  if (daily === undefined) return html`${ours}; the CRM has not said its limit`;
  return html`${ours}<br>${allowance(daily)}<br><small>${forecast(daily, now)} The CRM said so ${ago(daily.at, now)}.</small>`;
}

function allowance({ used, limit }: DailyCalls): Html {
  const share = limit === 0 ? 100 : Math.round((used / limit) * 100);
  return html`<progress class="meter" max="${limit}" value="${used}" aria-label="Calls used of today's allowance"></progress>
${used.toLocaleString("en")} of ${limit.toLocaleString("en")} used by all integrations (${share} %)`;
}

function forecast({ lastsUntil, perHour }: DailyCalls, now: number): Html {
  if (lastsUntil === undefined) return html`At ${perHour} calls an hour it lasts for more than a day.`;
  return html`At ${perHour} calls an hour it is spent ${ago(lastsUntil, now)}.`;
}
