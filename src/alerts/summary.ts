/** How the last day went, in one message, once a day. Without personal data. */
import type { Announced } from "../health/announced.ts";
import type { CrmFacts, Facts, Limits } from "../health/facts.ts";
import { judge, LEVEL_WORDS } from "../health/verdict.ts";
import { count, neverCame } from "../health/words.ts";
import type { Standing } from "../reconcile/standing.ts";
import type { CrmStatistics } from "../stats/statistics.ts";
import { linkTo, type Message, type Notice } from "./message.ts";

export interface SummaryFacts {
  readonly facts: Facts;
  readonly limits: Limits;
  /** By CRM. */
  readonly statistics: ReadonlyMap<string, CrmStatistics>;
  readonly announced: readonly Announced[];
  readonly dashboardUrl: string | undefined;
}

/** More of them would not be read. */
const MAX_OPEN = 10;

export function summaryOf({ facts, limits, statistics, announced, dashboardUrl }: SummaryFacts): Message {
  const [first] = statistics.values();
  const { received = 0, quarantined = 0 } = first?.lastDay ?? {};
  const came = `${count(received, "notification")} received, ${quarantined.toLocaleString("en")} could not be read.`;
  const head: Notice = {
    title: `The last 24 hours. Now: ${LEVEL_WORDS[judge(facts, limits).level]}`,
    detail: `${came} ${standingWords(facts.standing)}`,
    link: linkTo(dashboardUrl, "/admin"),
  };
  const crms = facts.crms.map((crm): Notice => ({ title: crm.crm, detail: crmWords(crm, statistics.get(crm.crm)) }));
  return { notices: [head, ...crms, ...openNotices(announced, dashboardUrl)] };
}

function crmWords({ failed, held: waiting, causes, daily }: CrmFacts, statistics: CrmStatistics | undefined): string {
  const { applied = 0, failed: failures = 0, held = 0, calls = 0 } = statistics?.lastDay ?? {};
  const used =
    daily === undefined ? "" : `, ${number(daily.limit - daily.remaining)} of ${number(daily.limit)} of the day's used`;
  return (
    `${number(applied)} applied, ${number(failures)} failed, ${number(held)} held. ` +
    `On the lists now: ${count(failed, "purchase")} that failed, of ${count(causes.failed, "cause")}, and ${number(waiting)} held. ` +
    `${count(calls, "call")}${used}.`
  );
}

function openNotices(announced: readonly Announced[], dashboardUrl: string | undefined): Notice[] {
  const open = announced
    .filter(({ isEvent }) => isEvent === undefined)
    .toSorted((a, b) => (a.since < b.since ? -1 : 1));
  const told = open.slice(0, MAX_OPEN).map(({ title, since, acknowledged, path }): Notice => {
    const detail = `Since ${since}${acknowledged === undefined ? "" : `, acknowledged by ${acknowledged.by}`}.`;
    return { title: `Not over: ${title}`, detail, link: linkTo(dashboardUrl, path ?? "/admin") };
  });
  const more = open.length - told.length;
  return more > 0 ? [...told, { title: `and ${more} more that are not over` }] : told;
}

function standingWords(standing: Standing): string {
  switch (standing.kind) {
    case "not_configured":
      return "Not compared with BookingBug: its API is not configured.";
    case "never":
      return "Not compared with BookingBug yet.";
    case "in_step":
      return `In step with BookingBug as of ${standing.at}.`;
    case "never_came":
      return `In step with BookingBug as of ${standing.at}: ${neverCame(standing.count)}.`;
    case "not_in_crms":
      return `All of BookingBug's bookings are known as of ${standing.at}; some were on their way to a CRM.`;
    case "behind":
      return `Not in step with BookingBug as of ${standing.at}: ${count(standing.left, "booking")} left behind.`;
    case "broke_off":
    case "overdue":
    case "shifted":
      return `Whether it is in step with BookingBug is not known: see Reconciliation, as of ${standing.at}.`;
  }
}

function number(value: number): string {
  return value.toLocaleString("en");
}
