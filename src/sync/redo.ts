/**
 * What is to be written once more, since the end of a write is not known: only what the CRM holds decides whether it has to be, so that
 * what somebody typed meanwhile is no more written over than it is by any other pass.
 */
import type { FieldValue, FieldValues } from "../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import { type AppliedRecord, type Ours, type Over, union, withUnsureLinks } from "./applied-record.ts";
import type { FieldChange } from "./record-changes.ts";
import { isSameValue } from "./same-value.ts";
import { isEmpty } from "./values.ts";

/** Fields that are written once more where the CRM holds what it is not to. */
export interface Redo {
  readonly fields: readonly string[];
  /** What somebody may have written to them, by field; where it is not known, anything. */
  readonly tried?: Ours | undefined;
}

type OursOf = (field: string) => readonly FieldValue[];

/** Of a record in doubt. @param isNamed whether all that may have been written is in the record's `tried` */
export function redoOf({ values, tried, again = [] }: AppliedRecord, plan: RecordPlan, isNamed: boolean): Redo {
  const isOurs = (field: string): boolean => values[field] !== undefined && !again.includes(field);
  if (isNamed) {
    const may = tried?.values ?? {};
    return { fields: Object.keys(may).filter(isOurs), tried: may };
  }
  const guards: readonly string[] = ["on_create", "when_empty", "forward"];
  const guarded = new Set(plan.fields.filter(({ write }) => guards.includes(write)).map(({ field }) => field));
  return { fields: Object.keys(values).filter((field) => isOurs(field) && !guarded.has(field)) };
}

/** The record, with these to be written once more. */
export function withRedo(record: AppliedRecord, { fields }: Redo): AppliedRecord {
  return fields.length === 0 ? record : { ...record, again: union(record.again, fields) };
}

/** And with the links to be made again. */
export function withRedoneLinks(record: AppliedRecord, isNamed: boolean): AppliedRecord {
  return withUnsureLinks(record, isNamed ? (record.tried?.links ?? []) : record.links);
}

/** Whether nothing but the doubt asks for the field to be written. */
export function isRedone({ field, value }: PlannedField, known: AppliedRecord, redo: Redo | undefined): boolean {
  return redo?.fields.includes(field) === true && known.values[field] === value;
}

/** Whether the CRM holds of it what it is not to: what that write may have left, or where nobody knows what it was, anything else. */
export function isOff({ field, value }: PlannedField, held: FieldValues, { tried }: Redo, ours: OursOf): boolean {
  const now = held[field];
  if (now === undefined) return true;
  if (isSameValue(now, value)) return false;
  const all = tried === undefined ? undefined : (tried[field] ?? []);
  return all === undefined ? !ours(field).some((one) => isSameValue(one, now)) : all.some((one) => isSame(one, now));
}

function isSame(one: FieldValue, now: FieldValue): boolean {
  return isSameValue(one, now) || (isEmpty(one) && isEmpty(now));
}

/** What is about to be written over, and is none of ours. */
export function notOurs(changes: readonly FieldChange[], ours: OursOf): readonly Over[] {
  return changes.flatMap(({ field, from, to }) => {
    if (from === undefined || isEmpty(from)) return [];
    return [to, ...ours(field)].some((one) => isSameValue(one, from)) ? [] : [{ field, from, to }];
  });
}

/** What an earlier try has written counts for what that wrote over. */
export function withOver(changes: readonly FieldChange[], over: readonly Over[] = []): readonly FieldChange[] {
  return changes.map((change) => {
    const { field, from } = change;
    const before = over.find((one) => one.field === field && from !== undefined && isSameValue(one.to, from));
    return before === undefined ? change : { ...change, from: before.from };
  });
}
