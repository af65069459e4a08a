/** A fact as a file holds it. */
import { z } from "zod";

const MAX_REASON = 200;

export function fact<Value extends z.ZodType>(value: Value) {
  return z.union([z.strictObject({ settled: value }), z.strictObject({ open: z.string().max(MAX_REASON) })]);
}

/** `Contact.BB_Id__c`: names out of a mapping, never a record's. */
export const paths = z.array(z.string().regex(/^\w+\.\w+$/)).max(500);
