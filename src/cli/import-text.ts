/** What `crm-sync import` prints. */
import { durationWords } from "../bulk/estimate.ts";
import type { Applied } from "../import/apply-plan.ts";
import type { NotStored } from "../import/import-progress.ts";
import type { NamedHold, PlannedCrm, PlanSummary } from "../import/make-plan.ts";
import type { CrmOutcome } from "../import/outcome.ts";
import { VERDICTS, type Verdict } from "../import/plan-file.ts";
import type { SectionCount } from "../import/tally.ts";

interface Costs {
  /** Calls of a day, by CRM; undefined where it has not said. */
  readonly perDay: ReadonlyMap<string, number | undefined>;
  readonly readingsPerSecond: number;
  readonly path: string;
}

const WORDS: Readonly<Record<Verdict, string>> = {
  created: "created",
  adopted: "adopted",
  known: "known already",
  held: "held for a person to pick",
  waiting: "waiting for one that is held",
  failing: "failing",
};

export function planText(summary: PlanSummary, costs: Costs): string {
  const { listed, known, leftOut, forgotten, notReadable, hasShifted, purchases, bookings, readings } = summary;
  // What is read within a few seconds shares its calls to the CRMs, which keep up with that.
  const seconds = readings / costs.readingsPerSecond;
  const lines = [
    `${listed} listed, ${known} known, ${leftOut} past or cancelled: ${bookings} bookings of ${purchases} purchases to import`,
    forgotten > 0 && `${forgotten} of somebody who was forgotten: left out`,
    notReadable > 0 && `${notReadable} not readable: BookingBug's API did not say enough of them`,
    hasShifted &&
      "BookingBug's list shifted while it was read, and some bookings may not have been listed: import, then make a plan once more",
    ...summary.crms.flatMap((one) => ["", ...crmLines(one, costs.perDay.get(one.crm))]),
    "",
    `About ${durationWords(seconds)}: ${readings} questions to BookingBug, and the CRMs' calls beside them.`,
    `Nothing was written but the plan. To do it within a day: crm-sync import --apply ${costs.path}`,
  ];
  return lines.filter((line) => line !== false).join("\n");
}

function crmLines({ crm, sections, fields, calls, held }: PlannedCrm, perDay: number | undefined): string[] {
  const share = perDay
    ? `${shareWords(calls / perDay)} of the day's ${perDay}`
    : "the CRM has not said how many a day has";
  return [
    `${crm}: at most ${calls} calls (${share})`,
    ...sections.flatMap((section) => sectionLines(section, fields)),
    ...held.map(heldLine),
  ];
}

/** A field that is written as often as any other of its section needs no number. */
function sectionLines(section: SectionCount, fields: PlannedCrm["fields"]): string[] {
  const own = [...(fields.get(section.section) ?? [])];
  const most = Math.max(0, ...own.map(([, count]) => count));
  const names = own.map(([name, count]) => (count === most ? name : `${name} (${count})`));
  return [
    `  ${section.section} (${section.object}): ${countWords(section)}`,
    ...(own.length === 0 ? [] : [`    writes ${most} times: ${names.join(", ")}`]),
  ];
}

function countWords({ counts }: SectionCount): string {
  return VERDICTS.flatMap((verdict) => (counts[verdict] ? [`${counts[verdict]} ${WORDS[verdict]}`] : [])).join(", ");
}

function heldLine({ purchaseId, section, object, candidates }: NamedHold): string {
  return `  held: purchase ${purchaseId}, ${section}: ${object} ${candidates.join(" or ")}`;
}

function shareWords(share: number): string {
  return share < 0.001 ? "less than 0.1%" : `${(share * 100).toFixed(1)}%`;
}

/** Whether each number is as it was planned, and nothing waits. */
export function asPlanned({ progress, stillWaiting }: Applied, outcomes: readonly CrmOutcome[]): boolean {
  const { changed, overtaken, unreadable, forgotten } = progress.notStored;
  return (
    stillWaiting + changed + overtaken + unreadable + forgotten === 0 &&
    outcomes.every(({ planned, done }) => planned.every((one) => !differs(one, sectionOf(done, one))))
  );
}

const WHY: Readonly<Record<NotStored, string>> = {
  came: "came by a callback meanwhile",
  changed: "cancelled since the plan was made, or gone",
  forgotten: "of somebody who was forgotten meanwhile",
  overtaken: "changed each time they were read: callbacks bring them",
  unreadable: "not readable: BookingBug's API did not say enough of them",
};

export function importedText({ resumed, progress, stillWaiting }: Applied, outcomes: readonly CrmOutcome[]): string {
  const { done, stored, notStored, named } = progress;
  const why = Object.entries(WHY).flatMap(([name, words]) => {
    const reason = name as NotStored;
    const some = named.filter((one) => one.why === reason).map(({ purchaseId }) => purchaseId);
    return notStored[reason] > 0
      ? [`  ${notStored[reason]} ${words} (${some.join(", ")}${notStored[reason] > some.length ? ", …" : ""})`]
      : [];
  });
  return [
    ...(resumed ? ["Went on where an earlier run had stopped."] : []),
    `${done} purchases seen to, ${stored} imported`,
    ...why,
    ...(stillWaiting > 0
      ? [`  ${stillWaiting} not yet in the CRMs: run the same again to see what becomes of them`]
      : []),
    ...outcomes.flatMap((one) => ["", ...outcomeLines(one)]),
  ].join("\n");
}

function outcomeLines({ crm, planned, done, held, failed }: CrmOutcome): string[] {
  const lines = planned.map((one) => {
    const was = sectionOf(done, one);
    const head = `  ${one.section} (${one.object}): planned ${countWords(one)}; done ${countWords(was) || "none"}`;
    return differs(one, was) ? `${head}  ← differs` : head;
  });
  return [
    `${crm}:`,
    ...lines,
    ...(held.length > 0 ? [`  held: purchases ${held.join(", ")}`] : []),
    ...(failed.length > 0 ? [`  failed: purchases ${failed.join(", ")}`] : []),
  ];
}

function sectionOf(sections: readonly SectionCount[], { section, object }: SectionCount): SectionCount {
  return sections.find((one) => one.section === section) ?? { section, object, counts: {} };
}

function differs(a: SectionCount, b: SectionCount): boolean {
  return VERDICTS.some((verdict) => (a.counts[verdict] ?? 0) !== (b.counts[verdict] ?? 0));
}
