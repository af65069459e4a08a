/** What a pass would change in the CRM as it is now. The CRM is only read. */
import type { Connector, CrmRecord, FieldValue } from "../../connectors/connector.ts";
import type { RecordPlace } from "../../connectors/errors.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import { type AppliedRecord, oursOf } from "../sync/applied-record.ts";
import { HeldError } from "../sync/failures.ts";
import { isOfPlan } from "../sync/former-records.ts";
import { findLeft, findStamped, type Matching, matchRecord } from "../sync/match-record.ts";
import { isSameValue } from "../sync/same-value.ts";
import { judgeNew, leftBecause } from "../sync/write-rules.ts";
import type { SkippedField } from "../synclog/entries.ts";
import { headOf, sourceLine } from "./preview.ts";

export type FieldDiff = PlannedField & {
  readonly now: FieldValue;
  /** Why it would be left as it is; undefined when it would be written. */
  readonly left: SkippedField["why"] | "edited_in_crm" | "refused" | undefined;
};

export type RecordDiff =
  | { readonly kind: "new" }
  /** It is not there, and the mapping makes none. */
  | { readonly kind: "absent" }
  /** Nothing would be written until a person has answered. */
  | { readonly kind: "several"; readonly ids: readonly string[] }
  | { readonly kind: "deleted" }
  /** It was converted, and is written to no more: what links to it goes to what it became. */
  | { readonly kind: "followed"; readonly to: RecordPlace }
  /** Its booking is cancelled, and the mapping deletes it. */
  | { readonly kind: "removed"; readonly id: string | undefined }
  | { readonly kind: "existing"; readonly id: string; readonly fields: readonly FieldDiff[] };

/**
 * @param applied what we last wrote, if anything: a field that says the same as then is not written again
 * @throws CrmError when the CRM cannot be read
 */
export async function diffRecord(
  connector: Pick<Connector, "find">,
  plan: RecordPlan,
  applied: AppliedRecord | undefined,
): Promise<RecordDiff> {
  if (plan.gone) {
    const there = await findStamped({ connector, plan, select: [] });
    return { kind: "removed", id: there?.id };
  }
  const matching: Matching = { connector, plan, select: plan.fields.map(({ field }) => field) };
  if (applied !== undefined && isOfPlan(plan, applied)) {
    const known = await findLeft(matching, applied.id);
    const written = known?.id === applied.id ? applied : undefined;
    if (known !== undefined) return { kind: "existing", ...diffOf(plan, known, written) };
    if (plan.deleted === "report") return { kind: "deleted" };
  }
  try {
    // What is written by external id goes to whoever holds it, even where nobody had to be looked for.
    const found = (await findStamped(matching)) ?? (await matchRecord(matching));
    if (found === undefined && plan.create === "never") return { kind: "absent" };
    return found === undefined ? { kind: "new" } : { kind: "existing", ...diffOf(plan, found, undefined) };
  } catch (error) {
    if (!(error instanceof HeldError) || error.detail.reason !== "several_match") throw error;
    return { kind: "several", ids: error.detail.candidates };
  }
}

function diffOf(
  plan: RecordPlan,
  { id, values }: CrmRecord,
  applied: AppliedRecord | undefined,
): { id: string; fields: FieldDiff[] } {
  const fields = plan.fields.flatMap((field) => {
    const now = values[field.field] ?? null;
    return isSameValue(field.value, now) ? [] : [{ ...field, now, left: whyLeft(field, now, applied) }];
  });
  return { id, fields };
}

function whyLeft(planned: PlannedField, now: FieldValue, applied: AppliedRecord | undefined): FieldDiff["left"] {
  const { field, value, refused } = planned;
  const why = leftBecause(planned, now, applied === undefined ? [] : oursOf(applied, field));
  if (why === "on_create" || why === "not_in_order") return why;
  const isAsked = applied !== undefined && applied.values[field] === value;
  if (isAsked && (why === undefined || why === "when_empty")) return "edited_in_crm";
  if (refused === "leave_out" && applied?.refused?.[field] === value) return "refused";
  return why === "there_already" ? undefined : why;
}

const LEFT_WORDS: Readonly<Record<Exclude<FieldDiff["left"], undefined>, string>> = {
  on_create: "only set when we create the record (on_create)",
  when_empty: "the CRM's field is not empty (when_empty)",
  edited: "a person changed it in the CRM (unless_edited, owner: crm)",
  asked: "a person changed it in the CRM, and somebody is to say whose word counts (owner: ask)",
  not_forward: "the CRM is further on already (forward)",
  not_in_order: "not in the order of the mapping (forward)",
  crm_not_in_order: "what the CRM holds is not in the order of the mapping (forward)",
  refused: "the CRM refused this value (refused: leave_out); we try again when it changes",
  edited_in_crm: "edited in the CRM since we wrote it; we write it again when BookingBug's value changes",
};

/** One block of text per record: what would be written, old and new, and what would be left alone. */
export function formatDiff(crm: string, plan: RecordPlan, diff: RecordDiff): string {
  const head = headOf(crm, plan);
  switch (diff.kind) {
    case "new": {
      const { writable, left } = judgeNew(plan.fields);
      const lines = left.map(({ field, why }) => `  ${field} is left out: ${LEFT_WORDS[why]}`);
      return [`${head}: would be created`, ...writable.map(newLine), ...lines].join("\n");
    }
    case "absent":
      return `${head}: is not in the CRM, and would not be created (create: never)`;
    case "several":
      return `${head}: ${diff.ids.length} records match (${diff.ids.join(", ")}); a person would have to pick one`;
    case "removed":
      return diff.id === undefined
        ? `${head}: is not there, and stays so: the booking is cancelled (cancelled: delete)`
        : `${head}: record ${diff.id} would be deleted, since the booking is cancelled (cancelled: delete)`;
    case "deleted":
      return `${head}: the record that we wrote was deleted in the CRM, which the mapping wants reported`;
    case "followed":
      return `${head}: was converted, so nothing is written to it; links go to ${diff.to.object} ${diff.to.id} (converted: follow)`;
    case "existing": {
      const written = diff.fields.filter(({ left }) => left === undefined);
      const what = written.length === 0 ? "nothing would change" : `${written.length} field(s) would change`;
      return [`${head}: record ${diff.id}, ${what}`, ...diff.fields.map(diffLine)].join("\n");
    }
  }
}

function newLine(field: PlannedField): string {
  return `  ${field.field}: → ${JSON.stringify(field.value)}\n${sourceLine(field)}`;
}

function diffLine(field: FieldDiff): string {
  const { now, value, left } = field;
  if (left !== undefined) {
    return `  ${field.field} stays ${JSON.stringify(now)}, not ${JSON.stringify(value)}: ${LEFT_WORDS[left]}`;
  }
  return `  ${field.field}: ${JSON.stringify(now)} → ${JSON.stringify(value)}\n${sourceLine(field)}`;
}
