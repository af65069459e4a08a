/** What was begun to be written and may have been: it is noted before, since the answer may be lost, or the worker. */
import { z } from "zod";
import type { Link } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type AppliedRecord, begunRecord, stampOf } from "./applied-record.ts";
import { linkChanges, linkKey } from "./links.ts";
import { changedFields } from "./record-changes.ts";

export const begunWrite = z.object({
  /** To which record; not in older entries. */
  of: begunRecord.partial({ stamp: true }).optional(),
  fields: z.array(z.string()),
  /** To be made or taken away. */
  links: z.array(z.string()),
});
export type BegunWrite = z.infer<typeof begunWrite>;

/** By plan key. */
export type BegunWrites = Readonly<Record<string, BegunWrite>>;

/** @param before what was begun before and did not come to a known end */
export function begin(
  plan: RecordPlan,
  links: readonly Link[],
  known: AppliedRecord | undefined,
  before: BegunWrite | undefined,
): BegunWrite {
  const touched = known === undefined ? { links, unlink: [] } : linkChanges(links, known);
  const fields = known === undefined ? [] : changedFields(plan, known).map(({ field }) => field);
  return {
    of: { object: plan.object, mapping: plan.identity.source.file, stamp: stampOf(plan) },
    fields: union(before?.fields, fields),
    links: union(before?.links, [...touched.links, ...touched.unlink].map(linkKey)),
  };
}

/** The record, with what was begun to be written again. */
export function withUnsure(record: AppliedRecord, { fields, links }: BegunWrite): AppliedRecord {
  const sure = Object.entries(record.values).filter(([field]) => !fields.includes(field));
  return {
    ...record,
    values: Object.fromEntries(sure),
    links: record.links.filter((link) => !links.includes(link)),
    unsure: union(record.unsure, links),
  };
}

function union(some: readonly string[] = [], more: readonly string[] = []): string[] {
  return [...new Set([...some, ...more])];
}
