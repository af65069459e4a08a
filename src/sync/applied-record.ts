/** A CRM record as we last wrote it. */
import { z } from "zod";
import type { FieldValues } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";

export interface AppliedRecord {
  readonly object: string;
  readonly id: string;
  readonly values: FieldValues;
  /** What the CRM refused, by field, and was left out; the same value is not tried again. */
  readonly refused?: FieldValues | undefined;
  /** Ours, each as `via>object:id`. */
  readonly links: readonly string[];
  /** Ours that may be there or not. */
  readonly unsure?: readonly string[] | undefined;
  /** How new what the values come from is: the number of the notification, or for a shared record the statement's order. */
  readonly seq: number;
  /** The mapping file that made it, and the external id it bears; of a booking's record alone, and not in older entries. */
  readonly mapping?: string | undefined;
  readonly stamp?: Stamp | undefined;
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

const fieldValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const appliedRecord = z.object({
  object: z.string(),
  id: z.string(),
  values: fieldValues,
  refused: fieldValues.optional(),
  links: z.array(z.string()).readonly(),
  unsure: z.array(z.string()).readonly().optional(),
  seq: z.number(),
  mapping: z.string().optional(),
  stamp: stamp.optional(),
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
  return { ...withoutRefused(record), values: {}, links: [], unsure: [...record.links, ...(record.unsure ?? [])] };
}

/** The record, with what the CRM refused of it to be tried again. */
export function withoutRefused({ refused: _refused, ...record }: AppliedRecord): AppliedRecord {
  return record;
}
