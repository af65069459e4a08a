/** What a decision would write about a booking, before it is taken. */

import type { FieldValue } from "../../connectors/connector.ts";
import { foldDecision } from "../booking/decision.ts";
import { holdId } from "../booking/holds.ts";
import type { BookingVerdict, Hold, PurchaseState } from "../booking/types.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { MappingError } from "../mapping/problems.ts";
import { type ChooseMapping, NoMappingError } from "../mapping/set.ts";
import { plansOf } from "./preview.ts";

export interface DecidedField {
  readonly kind: "field";
  readonly object: string;
  readonly field: string;
  /** What the state without the decision means; undefined where there is no record yet. */
  readonly from: FieldValue | undefined;
  readonly to: FieldValue;
}

/** The record of a booking that is cancelled, where the mapping deletes it. */
export interface DecidedRemoval {
  readonly kind: "removed";
  readonly object: string;
}

/**
 * What the decision would change of the booking's own records.
 *
 * @returns undefined when the mapping cannot be evaluated, which the purchase's page says in its own words
 */
export function changesDecided(
  state: PurchaseState,
  choose: ChooseMapping,
  hold: Hold,
  given: { readonly bookingId: string; readonly verdict: BookingVerdict },
): readonly (DecidedField | DecidedRemoval)[] | undefined {
  const { purchaseId } = state;
  const decision = { kind: "answer" as const, purchaseId, holdId: holdId(hold), verdicts: [given] };
  const heard = { seq: state.seq + 1, receivedAt: new Date().toISOString() };
  try {
    const before = recordsOf(state, choose, given.bookingId);
    const after = recordsOf(foldDecision(state, decision, heard).state, choose, given.bookingId);
    return after.flatMap((plan) =>
      changed(
        before.find(({ key }) => key === plan.key),
        plan,
      ),
    );
  } catch (error) {
    if (error instanceof MappingError || error instanceof NoMappingError) return undefined;
    throw error;
  }
}

function recordsOf(state: PurchaseState, choose: ChooseMapping, bookingId: string): RecordPlan[] {
  return plansOf(state, choose).filter(({ scope }) => scope.kind === "booking" && scope.bookingId === bookingId);
}

function changed(
  before: RecordPlan | undefined,
  { object, fields, gone }: RecordPlan,
): (DecidedField | DecidedRemoval)[] {
  if (gone) return before === undefined || before.gone ? [] : [{ kind: "removed", object }];
  const was = new Map(before?.fields.map(({ field, value }) => [field, value]));
  return fields
    .filter(({ field, value }) => was.get(field) !== value)
    .map(({ field, value }) => ({ kind: "field", object, field, from: was.get(field), to: value }));
}
