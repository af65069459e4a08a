/** What the mappings in force make of a purchase's state: the records each booking needs, or why that cannot be said. */

import type { PurchaseState } from "../booking/types.ts";
import { type MappingContext, mappingContext } from "../mapping/context.ts";
import { keyOf, planBooking, planShared } from "../mapping/evaluate.ts";
import { type Found, type FoundRecord, withFound } from "../mapping/look-ups.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { PersonsBookings } from "../mapping/persons-bookings.ts";
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
  /** Records of the CRM that it points to and that are not its own, by the key of what links to them. */
  readonly found: ReadonlyMap<string, FoundRecord>;
  /** Keys of records that are not planned, since what they read could not be found. */
  readonly heldUp: ReadonlySet<string>;
}

/** What a booking's look-ups come to. */
export interface LookedUp {
  readonly found: Found;
  /** By the name of the section that finds: why it could not. */
  readonly failed: ReadonlyMap<string, unknown>;
}

export const NOTHING_LOOKED_UP: LookedUp = { found: new Map(), failed: new Map() };

export interface PlanFailure {
  readonly bookingId: string | undefined;
  readonly error: unknown;
}

interface PlanOptions {
  /** Of the bookings to plan; all that are known when left out, and the purchase's people where there are none. */
  readonly ids?: readonly (string | undefined)[];
  readonly lookedUp?: (bookingId: string | undefined) => LookedUp;
  /** All bookings of the purchase's people; when left out, those of the purchase. */
  readonly theirs?: PersonsBookings | undefined;
}

/**
 * A booking whose expressions fail does not keep the others from being planned.
 */
export function planPurchase(
  state: PurchaseState,
  choose: ChooseMapping,
  { ids = allOf(state), lookedUp = () => NOTHING_LOOKED_UP, theirs }: PlanOptions = {},
): { bookings: BookingPlans[]; failures: PlanFailure[] } {
  const bookings: BookingPlans[] = [];
  const failures: PlanFailure[] = [];
  for (const bookingId of ids) {
    try {
      bookings.push(planOne(mappingContext(state, bookingId, theirs), choose, bookingId, lookedUp(bookingId)));
    } catch (error) {
      failures.push({ bookingId, error });
    }
  }
  return { bookings, failures };
}

/** Of the bookings that are known; the purchase's people alone where there are none. */
export function allOf({ bookings, holds }: PurchaseState): readonly (string | undefined)[] {
  const ids = Object.keys(bookings);
  return ids.length === 0 && holds.length === 0 ? [undefined] : ids;
}

function planOne(
  before: MappingContext,
  choose: ChooseMapping,
  bookingId: string | undefined,
  { found, failed }: LookedUp,
): BookingPlans {
  const context = withFound(before, found);
  const mapping = choose(context.companyIds);
  const waiting = new Set(
    mapping.sections.filter(({ reads }) => reads.some((name) => failed.has(name))).map(({ name }) => name),
  );
  const { plans, unidentified } = planShared(mapping, context);
  const own = bookingId === undefined ? [] : planBooking(mapping, context);
  const isReady = ({ section }: { readonly section: string }): boolean => !waiting.has(section);
  const unready = [...plans, ...own].filter((plan) => !isReady(plan)).map(({ key }) => key);
  const keyOfFound = (name: string): string => {
    const isPerBooking = mapping.lookUps.some((one) => one.name === name && one.per === "booking");
    return keyOf(name, isPerBooking ? bookingId : undefined);
  };
  return {
    bookingId,
    mapping,
    context,
    shared: new Map(plans.filter(isReady).map((plan) => [plan.key, plan])),
    plans: own.filter(isReady),
    unidentified: unidentified.filter(isReady),
    found: new Map([...found].map(([name, record]) => [keyOfFound(name), record])),
    heldUp: new Set([...unready, ...[...failed.keys()].map(keyOfFound)]),
  };
}
