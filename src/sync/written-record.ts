/** What every way of writing a record looks up before, and notes after it. */
import type { CrmRecord, FieldValue, FieldValues, Link } from "../../connectors/connector.ts";
import { NotFoundError } from "../../connectors/errors.ts";
import type { PlannedField } from "../mapping/plan.ts";
import { type AppliedRecord, type Ours, type Over, stampOf } from "./applied-record.ts";
import { askedOf } from "./asked-fields.ts";
import type { LeftOut } from "./leave-out.ts";
import { linkKey, linkOf } from "./links.ts";
import type { Matching } from "./match-record.ts";
import { type FieldChange, identityOf, isStamped, overwritten } from "./record-changes.ts";
import type { RecordTask } from "./record-task.ts";
import { type Judged, needsLook } from "./write-rules.ts";

/** Our external id, where the record lacks it. */
export function restampOf({ plan, stamp }: RecordTask): FieldValues {
  return isStamped(plan, stamp) ? {} : identityOf(plan);
}

/** What is decided by what the CRM holds: fields that must not overwrite. Of the others what they were is to be known. */
export function matching({ connector, plan }: RecordTask): Matching {
  const guarded = plan.fields.filter(needsLook).map((planned) => planned.field);
  return { connector, plan, select: guarded, also: overwritten(plan.fields) };
}

/**
 * What the CRM holds in the guarded among these fields, and in those that are written over.
 *
 * @throws NotFoundError; CrmError as the connector met it
 */
export async function readBack(task: RecordTask, id: string, fields: readonly PlannedField[]): Promise<CrmRecord> {
  const select = fields.filter(needsLook).map(({ field }) => field);
  const also = overwritten(fields);
  const [record] = await task.connector.find({ object: task.plan.object, by: { id }, select, also });
  if (record === undefined) throw new NotFoundError(`The CRM has no ${task.plan.object} with the id we know.`);
  return record;
}

/** Those that an earlier try may have made and that are not to be. */
export function strayLinks({ links, mayBeLinked = [] }: RecordTask): Link[] {
  const wanted = new Set(links.map(linkKey));
  return mayBeLinked.filter((key) => !wanted.has(key)).map(linkOf);
}

/** Before what is not ours is written over, so that an undo knows it. */
export async function tellOver({ noteOver }: RecordTask, over: readonly Over[]): Promise<void> {
  if (over.length > 0) await noteOver?.(over);
}

/** Tells of the fields whose owner a person is asked about, where there are any. */
export async function tellAsked(
  { plan, noteAsked }: RecordTask,
  id: string,
  now: Parameters<typeof askedOf>[2],
): Promise<void> {
  const asked = askedOf(plan, id, now);
  if (asked !== undefined) await noteAsked?.(asked);
}

/** Without the fields that the CRM refused. */
export function changesTaken(changes: readonly FieldChange[], leftOut: readonly LeftOut[]): FieldChange[] {
  return changes.filter(({ field }) => !leftOut.some(({ planned }) => planned.field === field));
}

/** What a person's words in the CRM are told from later. */
export function oursLeft({ left }: Judged, ours: (field: string) => readonly FieldValue[]): Ours {
  return Object.fromEntries(
    left.filter(({ why }) => why === "edited" || why === "asked").map(({ field }) => [field, ours(field)]),
  );
}

interface Applied {
  readonly values: FieldValues;
  readonly ours?: Ours;
  readonly refused: FieldValues;
  /** What another section is to write. */
  readonly again?: readonly string[];
}

/** For the ledger. */
export function applied(
  { plan, links, seq }: RecordTask,
  id: string,
  { values, ours = {}, refused, again = [] }: Applied,
): AppliedRecord {
  const told = plan.fields.filter(({ field, write }) => write === "unless_edited" && field in ours);
  const some = {
    ...(told.length > 0 && { ours: Object.fromEntries(told.map(({ field }) => [field, ours[field] ?? []])) }),
    ...(Object.keys(refused).length > 0 && { refused }),
    ...(again.length > 0 && { again }),
  };
  const { object, version } = plan;
  const record = { object, id, values, ...some, links: links.map(linkKey), seq, ...(version && { version }) };
  if (plan.scope.kind === "shared") return { ...record, look: plan.scope.look };
  return { ...record, mapping: plan.identity.source.file, stamp: stampOf(plan) };
}
