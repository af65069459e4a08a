/** What was begun to be written and may have been: it is noted before, since the answer may be lost, or the worker. */
import { z } from "zod";
import type { Link } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import {
  type AppliedRecord,
  begunRecord,
  joinOurs,
  ours,
  over,
  stampOf,
  union,
  withUnsureFields,
  withUnsureLinks,
} from "./applied-record.ts";
import { linkChanges, linkKey } from "./links.ts";
import { changedFields } from "./record-changes.ts";
import { valuesToKnow } from "./write-rules.ts";

export const begunWrite = z.object({
  /** To which record; not in older entries. */
  of: begunRecord.partial({ stamp: true }).optional(),
  fields: z.array(z.string()),
  /** What of it is to be told from a person's words, by field. */
  may: ours.optional(),
  /** What it was to write over that was not ours. */
  over: over.optional(),
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
  const changed = known === undefined ? plan.fields : changedFields(plan, known);
  const fields = known === undefined ? [] : changed.map(({ field }) => field);
  const now = valuesToKnow(changed);
  const may = before?.may === undefined ? now : joinOurs(before.may, now);
  return {
    of: { object: plan.object, mapping: plan.identity.source.file, stamp: stampOf(plan) },
    fields: union(before?.fields, fields),
    ...(may !== undefined && { may }),
    ...(before?.over !== undefined && { over: before.over }),
    links: union(before?.links, [...touched.links, ...touched.unlink].map(linkKey)),
  };
}

/** The record, with what was begun to be written again. */
export function withUnsure(record: AppliedRecord, { fields, links, may }: BegunWrite): AppliedRecord {
  return withUnsureLinks(withUnsureFields(record, fields, may), links);
}
