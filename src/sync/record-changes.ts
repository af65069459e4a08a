/** How what a plan says differs from what was applied to its record before. */
import type { FieldValue, FieldValues, Link } from "../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { AppliedRecord, Stamp } from "./applied-record.ts";
import { isLinked, linkChanges } from "./links.ts";
import { isSameValue } from "./same-value.ts";

export interface FieldChange {
  readonly field: string;
  readonly from: FieldValue | undefined;
  readonly to: FieldValue;
  /** What it held was none of ours: we had never written the field. */
  readonly theirs?: true;
}

/** Whether the plan differs from what was applied, so that somebody has to ask the CRM anything at all. */
export function isUpToDate(
  plan: RecordPlan,
  links: readonly Link[],
  known: AppliedRecord,
  stamp: Stamp | undefined,
): boolean {
  return changedFields(plan, known).length === 0 && isLinked(linkChanges(links, known)) && isStamped(plan, stamp);
}

/** Whether a record that bears our id bears it as the mapping says now. */
export function isStamped({ identity }: RecordPlan, stamp: Stamp | undefined): boolean {
  if (stamp === undefined || identity.value === undefined) return true;
  return stamp.field === identity.field && stamp.value === identity.value;
}

/** @param together fields that are written together, where one of them is */
export function changedFields(
  plan: RecordPlan,
  known: AppliedRecord,
  together: readonly string[] = [],
): PlannedField[] {
  return differing(plan, known, together).filter(({ write }) => write !== "on_create");
}

export function differing(plan: RecordPlan, known: AppliedRecord, together: readonly string[] = []): PlannedField[] {
  const isOneOfThem = among(together);
  const differs = (planned: PlannedField): boolean =>
    known.again?.includes(planned.field) ||
    (known.values[planned.field] !== planned.value && !isLeftOut(planned, known));
  const isAny = plan.fields.some((planned) => isOneOfThem(planned) && differs(planned));
  return plan.fields.filter(
    (planned) => differs(planned) || (isAny && isOneOfThem(planned) && !isLeftOut(planned, known)),
  );
}

/**
 * @param changed what is to be written for its own sake
 * @param together as in `changedFields`
 * @returns these without those that are there for the sake of another, where none of the others is to be written
 */
export function withCause(
  fields: readonly PlannedField[],
  changed: readonly PlannedField[],
  together: readonly string[] = [],
): PlannedField[] {
  const own = fields.filter((planned) => changed.includes(planned));
  return own.some(among(together)) ? [...fields] : own;
}

/** Names of fields are the same in any case. */
function among(names: readonly string[]): (planned: PlannedField) => boolean {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return ({ field }) => known.has(field.toLowerCase());
}

/** Without those that were written as they were, for the sake of another, unless somebody's edit was written over. */
export function withoutSame(changes: readonly FieldChange[], known: AppliedRecord): FieldChange[] {
  return changes.filter(
    ({ field, from = null, to }) =>
      known.values[field] !== to || known.again?.includes(field) || !isSameValue(to, from),
  );
}

/** What the CRM refused is not asked of it again, unless the mapping insists now. */
function isLeftOut({ field, value, refused }: PlannedField, known: AppliedRecord): boolean {
  return refused === "leave_out" && known.refused?.[field] === value;
}

/** Fields that are written whatever the CRM holds. */
export function overwritten(fields: readonly PlannedField[]): string[] {
  return fields.filter(({ write }) => write === "always").map(({ field }) => field);
}

export function valuesOf(fields: readonly PlannedField[]): FieldValues {
  return Object.fromEntries(fields.map(({ field, value }) => [field, value]));
}

export function withoutFields<T>(
  values: Readonly<Record<string, T>> = {},
  fields: readonly PlannedField[],
): Readonly<Record<string, T>> {
  const names = new Set(fields.map(({ field }) => field));
  return Object.fromEntries(Object.entries(values).filter(([field]) => !names.has(field)));
}

export function identityOf({ identity: { field, value } }: RecordPlan): FieldValues {
  return value === undefined ? {} : { [field]: value };
}

export function changesOf(fields: readonly PlannedField[], before: FieldValues): FieldChange[] {
  return fields.map(({ field, value }) => ({ field, from: before[field], to: value }));
}
