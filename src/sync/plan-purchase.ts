/** What the mappings in force make of a purchase's state: the records each booking needs, or why that cannot be said. */

import type { PurchaseState } from "../booking/types.ts";
import { type MappingContext, mappingContext } from "../mapping/context.ts";
import { planBooking, planShared } from "../mapping/evaluate.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { RecordPlan, Unidentified } from "../mapping/plan.ts";
import type { ChooseMapping } from "../mapping/set.ts";

/** A booking's plans, with the shared plans they may link to. */
export interface BookingPlans {
  /** Undefined for a purchase without appointments, which still has a person. */
  readonly bookingId: string | undefined;
  readonly mapping: Mapping;
  readonly context: MappingContext;
  readonly shared: ReadonlyMap<string, RecordPlan>;
  readonly plans: readonly RecordPlan[];
  /** People whom it goes without. */
  readonly unidentified: readonly Unidentified[];
}

export interface PlanFailure {
  readonly bookingId: string | undefined;
  readonly error: unknown;
}

/**
 * A booking whose expressions fail does not keep the others from being planned.
 *
 * @param ids of the bookings to plan; all that are known when left out, and the purchase's people where there are none
 */
export function planPurchase(
  state: PurchaseState,
  choose: ChooseMapping,
  ids: readonly (string | undefined)[] = allOf(state),
): { bookings: BookingPlans[]; failures: PlanFailure[] } {
  const bookings: BookingPlans[] = [];
  const failures: PlanFailure[] = [];
  for (const bookingId of ids) {
    try {
      bookings.push(planOne(state, choose, bookingId));
    } catch (error) {
      failures.push({ bookingId, error });
    }
  }
  return { bookings, failures };
}

function allOf({ bookings, holds }: PurchaseState): readonly (string | undefined)[] {
  const ids = Object.keys(bookings);
  return ids.length === 0 && holds.length === 0 ? [undefined] : ids;
}

function planOne(state: PurchaseState, choose: ChooseMapping, bookingId: string | undefined): BookingPlans {
  const context = mappingContext(state, bookingId);
  const mapping = choose(context.companyIds);
  const planned = planShared(mapping, context);
  const shared = new Map(planned.plans.map((plan) => [plan.key, plan]));
  const plans = bookingId === undefined ? [] : planBooking(mapping, context);
  return { bookingId, mapping, context, shared, plans, unidentified: planned.unidentified };
}
