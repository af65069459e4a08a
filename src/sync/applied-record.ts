/** A CRM record as we last wrote it. */
import { z } from "zod";
import type { FieldValues } from "../../connectors/connector.ts";

export interface AppliedRecord {
  readonly object: string;
  readonly id: string;
  readonly values: FieldValues;
  /** Ours, each as `via>object:id`. */
  readonly links: readonly string[];
  /** Ours that may be there or not. */
  readonly unsure?: readonly string[] | undefined;
  /** How new what the values come from is: the number of the notification, or for a shared record the statement's order. */
  readonly seq: number;
}

export const appliedRecord = z.object({
  object: z.string(),
  id: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  links: z.array(z.string()),
  unsure: z.array(z.string()).optional(),
  seq: z.number(),
});

/** The record, with everything that we wrote to it to be written again. */
export function withoutValues(record: AppliedRecord): AppliedRecord {
  return { ...record, values: {}, links: [], unsure: [...record.links, ...(record.unsure ?? [])] };
}
