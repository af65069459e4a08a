/** What `crm-sync undo` would do and did, as text: counts, objects, ids and names of fields; values where they were asked for. */
import type { UndoChoice } from "../operate/undo/choice.ts";
import type { SkipReason, Verdict } from "../operate/undo/judge.ts";
import type { PlannedRecord, Survey } from "../operate/undo/plan.ts";
import type { CreatedChoice, Undone } from "../operate/undo/undoing.ts";

interface Shown {
  readonly values: boolean;
  readonly created: CreatedChoice;
}

export function choiceWords(choice: UndoChoice): string {
  switch (choice.kind) {
    case "version":
      return `mapping version ${choice.version}`;
    case "time":
      return `passes from ${new Date(choice.since).toISOString()} until ${new Date(choice.until).toISOString()}`;
    case "purchase":
      return `purchase ${choice.purchaseId}`;
    case "job":
      return `job ${choice.job}`;
  }
}

export function planText(
  crm: string,
  choice: UndoChoice,
  surveyed: Survey,
  planned: readonly PlannedRecord[],
  shown: Shown,
): string {
  const giving = planned.filter(({ verdicts }) => verdicts.some(isGiving));
  const head = `Undo in ${crm}, ${choiceWords(choice)}: ${surveyed.purchases} purchases, ${planned.length} records.`;
  return [
    head,
    `To give back: ${counted(giving.length, "record")}, ${counted(fieldsIn(giving), "field")}.`,
    ...sums(giving),
    ...giving.map((one) => `  ${recordWords(one)}: ${one.verdicts.filter(isGiving).map(fieldWords(shown)).join(", ")}`),
    ...skippedLines(planned),
    ...madeLines(planned, shown),
    ...notes(surveyed),
  ].join("\n");
}

type Giving = Extract<Verdict, { readonly do: "give_back" }>;

function isGiving(verdict: Verdict): verdict is Giving {
  return verdict.do === "give_back";
}

function fieldsIn(planned: readonly PlannedRecord[]): number {
  return planned.reduce((sum, { verdicts }) => sum + verdicts.filter(isGiving).length, 0);
}

function sums(giving: readonly PlannedRecord[]): string[] {
  const names = giving.flatMap(({ record, verdicts }) =>
    verdicts.filter(isGiving).map(({ field }) => `${record.object} ${field}`),
  );
  return countLines(names);
}

function countLines(names: readonly string[]): string[] {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, some]) => ({ name, count: some.length }));
  return counts.toSorted((a, b) => b.count - a.count).map(({ name, count }) => `${String(count).padStart(7)}  ${name}`);
}

function recordWords({ record: { object, id, owner } }: Pick<PlannedRecord, "record">): string {
  const whose = owner.kind === "booking" ? ` (purchase ${owner.purchaseId}, booking ${owner.bookingId})` : "";
  return `${object} ${id}${whose}`;
}

function fieldWords({ values }: Shown): (verdict: Giving) => string {
  return ({ field, from, to }) => (values ? `${field} ${JSON.stringify(to)} -> ${JSON.stringify(from)}` : field);
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  edited: "edited in the CRM since",
  written_again: "written again since, by a pass that is not undone",
  not_known: "not known what it held",
  too_long: "what it held is too long to be kept",
  external_id: "our external id",
  gone: "the record is gone",
  unreadable: "the CRM does not say what it holds",
};
const EXAMPLES = 20;

function skippedLines(planned: readonly PlannedRecord[]): string[] {
  const skipped = planned.flatMap(({ record: { object, id }, verdicts }) =>
    verdicts.flatMap((one) => (one.do === "skip" ? [{ what: `${object} ${one.field}: ${SKIPPED[one.why]}`, id }] : [])),
  );
  if (skipped.length === 0) return [];
  const groups = [...Map.groupBy(skipped, ({ what }) => what)];
  const lines = groups.map(([what, some]) => {
    const more = some.length > EXAMPLES ? ` and ${some.length - EXAMPLES} more` : "";
    const ids = some.slice(0, EXAMPLES).map(({ id }) => id);
    return `${String(some.length).padStart(7)}  ${what} (${ids.join(", ")}${more})`;
  });
  return ["Left as it is:", ...lines];
}

const MADE: Readonly<Record<CreatedChoice, string>> = {
  keep: "kept; --created cancel cancels those of bookings, --created remove deletes them",
  cancel: "cancelled as the mapping says, where they are a booking's and nobody has edited them since",
  remove: "deleted where they are a booking's and nobody has edited them since",
};

function madeLines(planned: readonly PlannedRecord[], { created }: Shown): string[] {
  const made = planned.filter(({ record }) => record.became === "created");
  const removed = planned.filter(({ record }) => record.became === "removed");
  return [
    ...(made.length === 0 ? [] : [`Made by these passes, ${MADE[created]}:`]),
    ...made.map((one) => `  ${recordWords(one)}${one.live === "gone" ? ", gone by now" : ""}`),
    ...(removed.length === 0 ? [] : ["Deleted by these passes, which cannot be undone here:"]),
    ...removed.map((one) => `  ${recordWords(one)}`),
  ];
}

function notes({ isMore, cutShort, inForce }: Survey): string[] {
  return [
    isMore && "There is more than is undone at once: these are 20,000 purchases. Run it again for shorter times.",
    cutShort > 0 &&
      `The timelines of ${counted(cutShort, "purchase")} are full and begin with what is undone: what was before that is not known.`,
    inForce.length > 0 &&
      `Mapping version ${inForce.join(", ")} is still in force. Take the mapping back first, or the next notification of a purchase writes it again.`,
    inForce.length === 0 && "The next notification of a purchase writes what the mapping in force says.",
    "Links between records are not undone.",
  ].filter((line) => line !== false);
}

export function undoneText(done: readonly Undone[]): string {
  const given = done.filter(({ fields }) => fields.length > 0);
  const fields = given.reduce((sum, one) => sum + one.fields.length, 0);
  const deleted = done.filter(({ ended }) => ended === "deleted").length;
  const cancelled = done.filter(({ ended }) => ended === "cancelled").length;
  const failed = done.flatMap(({ record, failed: kind }) =>
    kind === undefined ? [] : [`  ${record.object} ${record.id}: ${kind.replaceAll("_", " ")}`],
  );
  return [
    `Given back: ${counted(given.length, "record")}, ${counted(fields, "field")}.`,
    ...(cancelled > 0 ? [`Cancelled: ${counted(cancelled, "record")}.`] : []),
    ...(deleted > 0 ? [`Deleted: ${counted(deleted, "record")}.`] : []),
    ...(failed.length > 0 ? ["Not done; running it again tries these once more:", ...failed] : []),
  ].join("\n");
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
