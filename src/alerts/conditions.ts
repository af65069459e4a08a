/** What a person should know now, one sentence each, without personal data. */
import { type Finding, type FindingKind, SENDER } from "../health/findings.ts";
import { pathTo } from "../health/places.ts";
import { count as spellCount } from "../health/words.ts";
import { issueDetail, issueKey, issueTitle, placesOf, type SchemaIssue } from "../mapping/schema-issue.ts";
import { neverCameIn, type Walk } from "../reconcile/history.ts";
import type { Cause } from "../synclog/cause.ts";
import { inSentence } from "../synclog/failure-kinds.ts";
import { HOLD_TITLES } from "../synclog/hold-reasons.ts";

export interface Condition {
  /** The same for as long as the condition lasts. */
  readonly key: string;
  /** Or `bookingbug`, or `service`. */
  readonly crm: string;
  /** What is the matter; said again when it is over. */
  readonly title: string;
  /** What it means and what to do. */
  readonly detail: string;
  /** Of the dashboard's page about it. */
  readonly path: string;
  /** Purchases, where it is about some. */
  readonly count?: number;
  /** It happened: nobody is told that it is over. */
  readonly isEvent?: true;
}

/** What has alerts of its own, or is only worth a look once somebody looks. */
const SILENT: ReadonlySet<FindingKind> = new Set([
  "failed",
  "held",
  "some_fail",
  "waiting",
  "quarantine",
  "never_came",
  "schema",
]);

/** What of the verdict somebody is told: all that is bad is among it, what failed by its causes. */
export function findingConditions(findings: readonly Finding[]): Condition[] {
  return findings
    .filter(({ kind }) => !SILENT.has(kind))
    .map(({ key, about, title, detail, next, place }) => ({
      key,
      crm: about,
      title: `${about}: ${inSentence(title)}`,
      detail: `${detail} Next: ${inSentence(next)}`,
      path: pathTo(place, about),
    }));
}

/** A cause, and how many different customers it concerned; 0 where none of them is known. */
type Concerning = Cause & { readonly customers: number };

/** One for each cause of what failed or is held in a CRM. */
export function causeConditions(crm: string, causes: readonly Concerning[]): Condition[] {
  return causes.map(failing(crm));
}

/** The same, as it is told once more. @param before how many purchases it was about when it was told */
export function growing(condition: Condition, before: number): Condition {
  const detail = `It was told with ${spellCount(before, "purchase")}. ${condition.detail}`;
  return { ...condition, title: `Grows: ${condition.title}`, detail };
}

/** One for each change of a CRM's objects that the mappings do not suit, told before a booking fails by it. */
export function schemaConditions(crm: string, issues: readonly SchemaIssue[]): Condition[] {
  return issues.map((issue) => {
    const next = issue.kind === "misfit" ? "correct the line, or the CRM" : issue.next.join("; ");
    return {
      key: `schema:${crm}:${issueKey(issue)}`,
      crm,
      title: `${crm}: ${issueTitle(issue)}`,
      detail: `${issueDetail(issue)}. The mapping relies on it in ${placesOf(issue)}. Next: ${next}.`,
      path: pathTo("schema", crm),
    };
  });
}

const HOUR_MS = 3_600_000;
/** For so long a walk may still be told of, by a process that was not there when it ended. */
const WALK_TOLD_MS = 24 * HOUR_MS;
/** More hours in one message would not be read. */
const MOST_HOURS = 10;

/** One for each walk that found what no walk before it had told of. */
export function walkConditions(walks: readonly Walk[], now: number): Condition[] {
  return walks
    .filter((walk) => neverCameIn(walk) > 0 && now - Date.parse(walk.endedAt) < WALK_TOLD_MS)
    .map((walk) => {
      const count = neverCameIn(walk);
      const title = `${SENDER}: ${count === 1 ? "1 notification" : `${count} notifications`} never came`;
      const { repaired, notReadable, overtaken } = walk.counts;
      const left = notReadable + overtaken;
      const detail =
        `They fell into ${hoursIn(walk)}. ${repaired} read back${left > 0 ? `, ${left} could not be` : ""}. ` +
        "Next: see Reconciliation on the dashboard for why they can have stayed away.";
      const path = pathTo("reconciliation", SENDER);
      return { key: `never_came:${walk.endedAt}`, crm: SENDER, title, detail, path, isEvent: true };
    });
}

/** "2026-11-26 02:00 UTC (3)", the hours with the most of them. */
function hoursIn({ neverCame }: Walk): string {
  const most = neverCame.toSorted((a, b) => b.count - a.count).slice(0, MOST_HOURS);
  const words = most
    .toSorted((a, b) => (a.hour ?? "").localeCompare(b.hour ?? ""))
    .map(({ hour, count }) => `${hour === undefined ? "hours unknown" : hourName(hour)} (${count})`);
  const more = neverCame.length - most.length;
  return [...words, ...(more > 0 ? [`${more} other hours`] : [])].join(", ");
}

function hourName(hour: string): string {
  return `${hour.slice(0, 10)} ${hour.slice(11, 16)} UTC`;
}

function failing(crm: string): (cause: Concerning) => Condition {
  return ({ id, hold, kind, code, object, fields, example, count, customers }) => {
    const what = [code ?? kind, object, fields.join(", ")].filter((part) => part).join(" · ");
    const title =
      hold === undefined ? `${crm}: failed, ${what}` : `${crm}: waits for a person, ${inSentence(HOLD_TITLES[hold])}`;
    const whose = customers === 0 ? "" : ` of ${spellCount(customers, "customer")}`;
    const detail = `${spellCount(count, "purchase")}${whose} so far. ${example}`;
    const path = `/admin/failed/${crm}/${encodeURIComponent(id)}`;
    return { key: `cause:${crm}:${id}`, crm, title, detail, path, count };
  };
}
