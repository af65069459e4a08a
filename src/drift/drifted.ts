/** A record that is not as we wrote it, with what people put in its fields. */
import { z } from "zod";
import { fieldValue } from "../sync/applied-record.ts";

const driftedField = z.object({
  field: z.string(),
  base: fieldValue,
  ours: fieldValue,
  theirs: fieldValue,
  asks: z.enum(["write_back", "leave", "hold", "report"]),
  /** The field is a relation to another record, and the sides are ids. */
  isLink: z.literal(true).optional(),
  /** Of a relation that is no field: the object it leads to. The sides are those of our links that are gone. */
  associated: z.string().optional(),
  /** Such a link led to a record that is gone, and in its place the ledger has another one, or none. */
  isReplaced: z.literal(true).optional(),
  /** Who edited it and when, where the CRM says. */
  at: z.string().optional(),
  by: z.string().optional(),
  isOurs: z.boolean().optional(),
});
export type DriftedField = Readonly<z.infer<typeof driftedField>>;

const place = {
  ...{ purchaseId: z.string(), section: z.string(), object: z.string(), id: z.string() },
  /** Since when it is known, and when it was last looked at; ISO UTC. */
  ...{ since: z.string(), seen: z.string() },
};

export const drifted = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("deleted"), isRecreated: z.literal(true).optional(), ...place }),
  z.object({ kind: z.literal("merged"), into: z.string(), ...place }),
  z.object({ kind: z.literal("drifted"), fields: z.array(driftedField).readonly(), ...place }),
]);
export type Drifted = Readonly<z.infer<typeof drifted>>;
