/**
 * Three sides of a field: what we last wrote (base), what the mapping makes of the newest state (ours), what the CRM holds
 * (theirs). Says what they come to, and what the field's owner asks for; does nothing.
 */
import type { FieldValue } from "../../connectors/connector.ts";
import type { Owner, PlannedField } from "../mapping/plan.ts";
import { isSameValue } from "../sync/same-value.ts";
import { leftBecause } from "../sync/write-rules.ts";

export interface Sides {
  readonly base: FieldValue;
  readonly ours: FieldValue;
  readonly theirs: FieldValue;
}

export interface FieldRule {
  readonly owner: Owner;
  /** As the mapping plans it: a write rule may leave a person's word as it is already. */
  readonly planned: PlannedField;
  /** What the CRM may hold that we wrote, where that is not just `base`: of what we found and left, nothing. */
  readonly mayHold?: readonly FieldValue[];
  /** It was given to the CRM for good after an earlier edit. */
  readonly isTheirs?: boolean;
}

/** What the owner of a field that drifted asks for. */
export type Asks = "write_back" | "leave" | "hold" | "report";

export type Outcome =
  | { readonly kind: "in_step" }
  /** The CRM holds what we wrote, and a pass will write something newer. */
  | { readonly kind: "update_due" }
  /** The CRM holds what we would write, although we have not: base follows. */
  | { readonly kind: "agreed" }
  /** The mapping leaves what a person typed there. */
  | { readonly kind: "left" }
  | { readonly kind: "drifted"; readonly asks: Asks };

const ASKS: Readonly<Record<Owner, Asks>> = {
  bookingbug: "write_back",
  crm: "leave",
  ask: "hold",
  report: "report",
};

/** Of a field that we have written; what we never wrote is none of our business. */
export function compare({ base, ours, theirs }: Sides, rule: FieldRule): Outcome {
  const { owner, planned, mayHold = [base], isTheirs = false } = rule;
  const written = [base, ...mayHold];
  const isWritten = written.some((one) => isSameValue(one, theirs));
  if (isSameValue(ours, theirs)) {
    return { kind: mayHold.some((one) => isSameValue(one, theirs)) ? "in_step" : "agreed" };
  }
  // Who is asked wants to know of an edit that the write rule keeps.
  if (isTheirs || (owner !== "ask" && leavesTheirs(planned, theirs, written))) return { kind: "left" };
  return isWritten ? { kind: "update_due" } : { kind: "drifted", asks: ASKS[owner] };
}

function leavesTheirs(planned: PlannedField, theirs: FieldValue, written: readonly FieldValue[]): boolean {
  return leftBecause(planned, theirs, written) !== undefined;
}
