/** How the records of a CRM stand beside what was written: how far the round is, and what drifted, counted. */
import type { DriftList } from "../../drift/lists.ts";
import type { Round } from "../../drift/round.ts";
import type { Tally } from "../../drift/tally.ts";
import { driftPath } from "../../health/places.ts";
import { type Html, html } from "./html.ts";
import { crmName, emptyState, plural, table, tag } from "./parts.ts";
import { ago } from "./time.ts";

export interface DriftView {
  readonly crm: string;
  readonly isOn: boolean;
  readonly round: Round | undefined;
  /** Calls that rounds may make in a day. */
  readonly allowed: number;
  /** Purchases that the round has not come to. */
  readonly remaining: number;
  readonly tally: Tally | undefined;
  readonly counts: Readonly<Record<"all" | "edited" | "deleted" | "merged" | "ask", number>>;
}

export function driftCard(view: DriftView, how: { readonly now: number; readonly isOperator: boolean }): Html {
  const { crm, round, counts, tally } = view;
  const id = `drift-${crm}`;
  return html`<section class="card" aria-labelledby="${id}"><div class="card-head"><h2 id="${id}">${crmName(crm)}</h2>${standing(view)}</div>
${round === undefined ? notYet(view) : roundFacts(view, round, how.now)}
${counts.all > 0 && tally !== undefined && figures(crm, tally, how.isOperator)}
${counts.all > 0 && how.isOperator && repairLink(crm)}</section>`;
}

function repairLink(crm: string): Html {
  const query = new URLSearchParams({ action: "repair_drift", crm });
  return html`<div class="actions"><a href="/admin/jobs/new?${query.toString()}" role="button" class="secondary">Repair…<span class="visually-hidden"> ${crmName(crm)}: see first what would be written</span></a></div>`;
}

function standing({ round, counts }: DriftView): Html | undefined {
  if (counts.deleted > 0 || counts.ask > 0) return tag("warning", counts.ask > 0 ? "Waits for you" : "Records deleted");
  if (counts.all > 0) return tag("plain", "Edited there");
  return round?.endedAt === undefined ? undefined : tag("good", "As it was written");
}

function notYet({ isOn }: DriftView): Html {
  return emptyState(
    "No round has begun yet",
    isOn
      ? html`The worker makes one by itself; <code>crm-sync drift</code> makes one now.`
      : html`None is made by itself: <code>DRIFT_SWEEP_HOURS</code> is <code>0</code>. <code>crm-sync drift</code> makes one now.`,
  );
}

function roundFacts(view: DriftView, round: Round, now: number): Html {
  const { counts, startedAt, day, spent } = round;
  const today = day === new Date(now).toISOString().slice(0, 10) ? spent : 0;
  const rest = [
    counts.underWay > 0 && `${plural(counts.underWay, "purchase")} with something that waits: not looked at`,
    counts.unread > 0 && `${plural(counts.unread, "record")} that the CRM does not let us read in full`,
    counts.notKept > 0 && `${plural(counts.notKept, "record")} that drifted and is not listed: the list is full`,
  ].filter((one) => one !== false);
  return html`<dl class="facts"><dt>Round</dt><dd>since ${ago(startedAt, now)}, ${progress(view, round, now)}</dd>
<dt>Looked at</dt><dd>${plural(counts.records, "record")} of ${plural(counts.purchases, "purchase")}, in ${plural(counts.calls, "call")}${rest.map((one) => html`<br>${one}`)}</dd>
<dt>Calls today</dt><dd>${today.toLocaleString("en")} of ${view.allowed.toLocaleString("en")}${round.endedAt === undefined && today >= view.allowed && " spent: it goes on tomorrow"}</dd>
<dt>Drifted</dt><dd>${drifted(view)}</dd></dl>`;
}

function progress({ remaining, isOn }: DriftView, round: Round, now: number): Html {
  if (round.endedAt !== undefined) return html`ended ${ago(round.endedAt, now)}`;
  const { purchases } = round.counts;
  const until = endOf(round, remaining, now);
  return html`under way: ${plural(remaining, "purchase")} left${until !== undefined && html`, at this pace until ${ago(until, now)}`}${!isOn && purchases > 0 && html`; <code>crm-sync drift</code> goes on with it`}`;
}

const LEAST_MS = 60_000;

/** Waiting for live work and for another day's calls is part of the pace. */
function endOf({ startedAt, counts }: Round, remaining: number, now: number): string | undefined {
  const sinceMs = now - Date.parse(startedAt);
  if (sinceMs < LEAST_MS || counts.purchases === 0 || remaining === 0) return undefined;
  return new Date(now + (remaining * sinceMs) / counts.purchases).toISOString();
}

function drifted({ crm, counts }: DriftView): Html | string {
  if (counts.all === 0) return "nothing";
  const lists = (["edited", "deleted", "merged"] as const).filter((list) => counts[list] > 0);
  return html`${lists.map((list, index) => [index > 0 && ", ", html`<a href="${driftPath(crm, list)}">${counts[list]} ${list}</a>`])}`;
}

export function listTitle(crm: string, list: DriftList | undefined): string {
  const name = crmName(crm);
  if (list === undefined) return `Drifted in ${name}`;
  if (list.startsWith("field:")) return `${list.slice("field:".length)} edited in ${name}`;
  return list === "ask"
    ? `Edits in ${name} that wait for your word`
    : `${list[0]?.toUpperCase()}${list.slice(1)} in ${name}`;
}

/** The most frequent of each; the days from the newest on. */
const TOLD = 10;

function figures(crm: string, { byField, byEditor, byDay }: Tally, namesEditors: boolean): Html {
  const days = Object.entries(byDay).toSorted(([a], [b]) => (a < b ? 1 : -1));
  const fields = Object.entries(byField);
  return html`<div class="columns">${counted(`Edited fields in ${crmName(crm)}`, "Field", fields, (field) => html`<a href="${driftPath(crm, `field:${field}`)}"><code>${field}</code></a>`)}
${namesEditors && counted(`Who edited in ${crmName(crm)}`, "Edited by", Object.entries(byEditor), (by) => (by === "" ? "not known" : html`<bdi>${by}</bdi>`))}
${counted(`Since when records of ${crmName(crm)} drift`, "Known since", days, (day) => day)}</div>`;
}

function counted(
  label: string,
  head: string,
  all: readonly (readonly [string, number])[],
  nameOf: (name: string) => Html | string,
): Html | undefined {
  if (all.length === 0) return undefined;
  const rows = all
    .slice(0, TOLD)
    .map(([name, count]) => html`<tr><th scope="row">${nameOf(name)}</th><td>${count}</td></tr>`);
  return html`<div>${table(label, [head, "Times"], rows)}${all.length > TOLD && html`<p class="quiet">and ${all.length - TOLD} more</p>`}</div>`;
}
