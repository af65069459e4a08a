/** Fields whose owner the mapping asks about (`owner: ask`): what a pass left of them because somebody edited it, and what it wrote. */
import type { FieldValue, FieldValues } from "../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { Judged } from "./write-rules.ts";

/** One that was left, with its three sides. */
export interface AskedField {
  readonly field: string;
  /** What we last wrote; `null` where we never did. */
  readonly base: FieldValue;
  readonly ours: FieldValue;
  readonly theirs: FieldValue;
}

export interface AskedOfRecord {
  readonly section: string;
  readonly object: string;
  readonly id: string;
  readonly asked: readonly AskedField[];
  /** Nobody has to say anything of these any more. */
  readonly written: readonly string[];
}

/** Of a purchase's record. */
export interface AskedRecord extends AskedOfRecord {
  readonly purchaseId: string;
}

/**
 * @param now what was decided of its fields, what the CRM holds, and what was written
 * @returns undefined where nobody is asked about any
 */
export function askedOf(
  { section, object, fields }: RecordPlan,
  id: string,
  now: {
    readonly judged: Judged;
    readonly held: FieldValues;
    readonly written: readonly PlannedField[];
    readonly ours: (field: string) => readonly FieldValue[];
  },
): AskedOfRecord | undefined {
  const left = new Set(now.judged.left.filter(({ why }) => why === "asked").map(({ field }) => field));
  const asked = fields
    .filter(({ field }) => left.has(field))
    .map(({ field, value }) => ({
      field,
      base: now.ours(field).at(-1) ?? null,
      ours: value,
      theirs: now.held[field] ?? null,
    }));
  const written = now.written.filter(({ owner }) => owner === "ask").map(({ field }) => field);
  return asked.length === 0 && written.length === 0 ? undefined : { section, object, id, asked, written };
}
