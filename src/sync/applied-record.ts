/** A CRM record as we last wrote it. */
import { z } from "zod";
import type { FieldValue, FieldValues } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";

export interface AppliedRecord {
  readonly object: string;
  readonly id: string;
  readonly values: FieldValues;
  /** By field, what the CRM may hold that we wrote, where that is not just `values`: those hold what we last wanted. */
  readonly ours?: Ours | undefined;
  /** What the CRM refused, by field, and was left out; the same value is not tried again. */
  readonly refused?: FieldValues | undefined;
  /** Fields that are to be written once more, although `values` is what they should be: the CRM holds something else. */
  readonly again?: readonly string[] | undefined;
  /** By field, what of `ours` a person typed, and somebody has said may be written over, once. */
  readonly granted?: Ours | undefined;
  /** By field, what a write whose end is not known may have written; of a shared record alone, and only in doubt. */
  readonly tried?: Tried | undefined;
  /** Ours, each as `via>object:id`. */
  readonly links: readonly string[];
  /** Of these, those that are to be written once more: the CRM has them no longer. */
  readonly linksAgain?: readonly string[] | undefined;
  /** Ours that may be there or not. */
  readonly unsure?: readonly string[] | undefined;
  /** How new what the values come from is: the number of the notification, or for a shared record the statement's order. */
  readonly seq: number;
  /** How new what is made of all bookings of a person is; absent where nothing is. */
  readonly look?: number | undefined;
  /** The mapping file that made it, and the external id it bears; of a booking's record alone, and not in older entries. */
  readonly mapping?: string | undefined;
  readonly stamp?: Stamp | undefined;
  /** The version of the mapping file by which it was last written; not in older entries. */
  readonly version?: string | undefined;
}

export type Ours = Readonly<Record<string, readonly FieldValue[]>>;

/** A write whose end is not known. */
export interface Tried {
  readonly values: Ours;
  readonly links: readonly string[];
  /** What it was to write over that was not ours. */
  readonly over?: readonly Over[] | undefined;
}

/** A value that somebody else gave a field, and the one of ours that was to replace it. */
export interface Over {
  readonly field: string;
  readonly from: FieldValue;
  readonly to: FieldValue;
}

/** An external id of ours, and the field that holds it. */
export interface Stamp {
  readonly field: string;
  readonly value: string;
}

/** What the plan's record is to bear; nothing where the person has no id. */
export function stampOf({ identity: { field, value } }: Pick<RecordPlan, "identity">): Stamp | undefined {
  return value === undefined ? undefined : { field, value };
}

export const stamp = z.object({ field: z.string(), value: z.string() });

export const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const fieldValues = z.record(z.string(), fieldValue);
export const ours = z.record(z.string(), z.array(fieldValue).readonly()).readonly();

export const over = z.array(z.object({ field: z.string(), from: fieldValue, to: fieldValue })).readonly();

export const appliedRecord = z.object({
  object: z.string(),
  id: z.string(),
  values: fieldValues,
  ours: ours.optional(),
  refused: fieldValues.optional(),
  again: z.array(z.string()).readonly().optional(),
  granted: ours.optional(),
  tried: z.object({ values: ours, links: z.array(z.string()).readonly(), over: over.optional() }).optional(),
  links: z.array(z.string()).readonly(),
  linksAgain: z.array(z.string()).readonly().optional(),
  unsure: z.array(z.string()).readonly().optional(),
  seq: z.number(),
  look: z.number().optional(),
  mapping: z.string().optional(),
  stamp: stamp.optional(),
  version: z.string().optional(),
});

/** A record that was begun to be made: where it is there, it bears the external id. */
export const begunRecord = appliedRecord.pick({ object: true, mapping: true }).extend({ stamp });

/** A record that a booking had before it came to have another one, or may have had. */
export const formerRecord = z.object({
  section: z.string(),
  bookingId: z.string(),
  record: z.union([appliedRecord, begunRecord]),
});
export type FormerRecord = z.infer<typeof formerRecord>;

/** A former record that is certainly there. */
export interface MadeRecord extends FormerRecord {
  readonly record: AppliedRecord;
}

/** The record, with everything that we wrote to it to be written again. */
export function withoutValues(record: AppliedRecord): AppliedRecord {
  const { values, ours } = withUnsureFields(record, Object.keys(record.values));
  return { ...withoutRefused(record), values, ours, links: [], unsure: [...record.links, ...(record.unsure ?? [])] };
}

/** What the CRM may hold of the field that we wrote, as far as is known. */
export function oursOf({ ours, values }: AppliedRecord, field: string): readonly FieldValue[] {
  const value = values[field];
  return ours?.[field] ?? (value === undefined ? [] : [value]);
}

/** The record, with these fields to be written again, by what they may hold. @param may what else was written to them, or may be */
export function withUnsureFields(record: AppliedRecord, fields: readonly string[], may: Ours = {}): AppliedRecord {
  if (fields.length === 0) return record;
  const sure = Object.entries(record.values).filter(([field]) => !fields.includes(field));
  const unsure = fields.map((field) => [field, union(oursOf(record, field), may[field])] as const);
  return { ...record, values: Object.fromEntries(sure), ours: { ...record.ours, ...Object.fromEntries(unsure) } };
}

/** The record, with these fields to be written once more, over what the CRM is known to hold of them. */
export function withAgain(record: AppliedRecord, over: FieldValues): AppliedRecord {
  const fields = Object.keys(over).filter((field) => record.values[field] !== undefined);
  const may = fields.map((field) => [field, union(oursOf(record, field), [over[field] ?? null])] as const);
  const news = fields.flatMap((field): [string, readonly FieldValue[]][] => {
    const value = over[field] ?? null;
    return oursOf(record, field).includes(value) ? [] : [[field, [value]]];
  });
  return {
    ...record,
    again: union(record.again, fields),
    ours: { ...record.ours, ...Object.fromEntries(may) },
    granted: joinOurs(record.granted, Object.fromEntries(news)),
  };
}

/** What the CRM may hold of the field that we wrote: what was to be written over, and is not there any more, is nobody's leave. */
export function withoutGranted(record: AppliedRecord, field: string): readonly FieldValue[] {
  const granted = record.granted?.[field];
  return oursOf(record, field).filter((one) => granted?.includes(one) !== true);
}

/** The record, with these of its links to be written once more. */
export function withLinksAgain(record: AppliedRecord, lost: readonly string[]): AppliedRecord {
  return lost.length === 0 ? record : { ...record, linksAgain: union(record.linksAgain, lost) };
}

/** The record, where the CRM holds these values already and they count as ours. */
export function withFollowed(record: AppliedRecord, values: FieldValues): AppliedRecord {
  const sure = Object.entries(record.ours ?? {}).filter(([field]) => !(field in values));
  return { ...record, values: { ...record.values, ...values }, ours: Object.fromEntries(sure) };
}

/** The record, with these links of ours to be made again, or taken away. */
export function withUnsureLinks(record: AppliedRecord, links: readonly string[]): AppliedRecord {
  if (links.length === 0) return record;
  const sure = record.links.filter((link) => !links.includes(link));
  return { ...record, links: sure, unsure: union(record.unsure, links) };
}

/** Everything that may have been written. */
export function joinOurs(some: Ours = {}, more: Ours = {}): Ours {
  const fields = union(Object.keys(some), Object.keys(more));
  return Object.fromEntries(fields.map((field) => [field, union(some[field], more[field])]));
}

export function union<T>(some: readonly T[] = [], more: readonly T[] = []): T[] {
  return [...new Set([...some, ...more])];
}

/** The record, with what the CRM refused of it to be tried again. */
export function withoutRefused({ refused: _refused, ...record }: AppliedRecord): AppliedRecord {
  return record;
}
