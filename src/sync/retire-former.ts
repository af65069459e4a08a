/**
 * Brings the records that bookings had before to their cancelled form, by the mapping that made them, once the booking has
 * its new records. A former record is never written to as if it were the new object's.
 */
import type { FieldValues } from "../../connectors/connector.ts";
import { NotFoundError } from "../../connectors/errors.ts";
import type { BookingState, PurchaseState } from "../booking/types.ts";
import { mappingContext } from "../mapping/context.ts";
import { idAt, timeIn } from "../mapping/each-time.ts";
import { fieldsOf } from "../mapping/evaluate.ts";
import type { Mapping, Section } from "../mapping/mapping.ts";
import type { PlannedField } from "../mapping/plan.ts";
import { type AppliedRecord, type FormerRecord, type MadeRecord, oursOf } from "./applied-record.ts";
import type { RecordStore } from "./apply-record.ts";
import type { BookingRecords } from "./booking-records.ts";
import { LeftBehindError } from "./failures.ts";
import { isOfPlan, keyOf } from "./former-records.ts";
import { type LeftOut, saveLeavingOut, taken } from "./leave-out.ts";
import type { PurchaseLedger } from "./ledger.ts";
import type { BookingPlans } from "./plan-purchase.ts";
import { changesOf, type FieldChange } from "./record-changes.ts";
import { removeRecord } from "./remove-record.ts";
import { judge, needsLook } from "./write-rules.ts";

export interface FormerWork {
  /** They are not former, where these bookings' plans have them again. */
  takeBack(bookings: readonly BookingPlans[]): Promise<void>;
  /** Remembers them until they are retired, whatever happens to this pass. */
  setAside(former: readonly FormerRecord[]): Promise<void>;
  /** @param may whether the booking has its new records */
  retire(now: PurchaseLedger, may: (bookingId: string) => boolean): Promise<void>;
}

/** What was written, and what the CRM refused of it. */
interface Retirement {
  readonly changes: readonly FieldChange[];
  readonly leftOut: readonly LeftOut[];
}

interface FormerDeps {
  readonly store: (former: readonly FormerRecord[]) => Promise<void>;
  readonly connector: RecordStore;
  /** Another purchase may write to the same records. */
  readonly inTurn: BookingRecords["inTurn"];
  /** Of the CRM. */
  readonly mappings: () => readonly Mapping[];
  readonly onRetired: (former: MadeRecord, changes: readonly FieldChange[], leftOut: readonly LeftOut[]) => void;
  readonly onFailed: (bookingId: string, error: unknown) => void;
}

/** @param before those that an earlier pass left */
export function createFormerWork(before: readonly FormerRecord[], deps: FormerDeps): FormerWork {
  let waiting = before;

  /** @returns whether it is done with */
  async function isRetired(former: FormerRecord, { state, records }: PurchaseLedger): Promise<boolean> {
    const { bookingId, record } = former;
    if (state === undefined || Object.values(records).some((one) => isSame(one, record))) return true;
    try {
      await deps.inTurn(bookingId, async () => {
        const made = await madeOf(deps.connector, former);
        if (made === undefined || Object.values(records).some((one) => isSame(one, made.record))) return;
        const done = await cancel({ connector: deps.connector, mappings: deps.mappings(), state }, made);
        if (done !== undefined) deps.onRetired(made, done.changes, done.leftOut);
      });
      return true;
    } catch (error) {
      deps.onFailed(bookingId, error);
      return false;
    }
  }

  return {
    async takeBack(bookings) {
      const planned = new Map(bookings.flatMap(({ plans }) => plans.map((plan) => [plan.key, plan])));
      const isFormer = (one: FormerRecord): boolean => {
        const plan = planned.get(keyOf(one));
        return plan === undefined || !isOfPlan(plan, one.record);
      };
      if (waiting.every(isFormer)) return;
      waiting = waiting.filter(isFormer);
      await deps.store(waiting);
    },

    async setAside(former) {
      if (former.length === 0) return;
      waiting = [...waiting, ...former];
      await deps.store(waiting);
    },

    async retire(now, may) {
      if (waiting.length === 0) return;
      const left = await Promise.all(
        waiting.map(async (former) => (may(former.bookingId) && (await isRetired(former, now)) ? [] : [former])),
      );
      waiting = left.flat();
      await deps.store(waiting);
    },
  };
}

/** @returns undefined when there was nothing to write, or to write to. @throws CrmError; LeftBehindError when no mapping says what its cancelled form is */
async function cancel(
  deps: { readonly connector: RecordStore; readonly mappings: readonly Mapping[]; readonly state: PurchaseState },
  former: MadeRecord,
): Promise<Retirement | undefined> {
  const { connector } = deps;
  const { object, id, values: known } = former.record;
  const section = sectionOf(deps.mappings, former);
  if (section === undefined) {
    const found = await connector.find({ object, by: { id }, select: [] });
    if (found.length === 0) return undefined;
    throw new LeftBehindError(former.section, { object, id });
  }
  if (section.cancelled === "delete") {
    await removeRecord(connector, object, id);
    return { changes: [], leftOut: [] };
  }
  const differing = cancelledForm(section, deps.state, former).filter(
    ({ field, value, write }) => write !== "on_create" && known[field] !== value,
  );
  const guarded = differing.filter(needsLook).map(({ field }) => field);
  const [found] = guarded.length === 0 ? [] : await connector.find({ object, by: { id }, select: guarded });
  if (guarded.length > 0 && found === undefined) return undefined;
  const changed = judge(differing, found?.values ?? {}, (field) => oursOf(former.record, field)).writable;
  if (changed.length === 0) return undefined;
  const values: FieldValues = Object.fromEntries(changed.map(({ field, value }) => [field, value]));
  try {
    const write = { object, target: { by: "id", id }, values, links: [], unlink: [] } as const;
    const { leftOut } = await saveLeavingOut(connector, changed, write);
    return { changes: changesOf(taken(changed, leftOut), known), leftOut };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function isSame(one: AppliedRecord, other: FormerRecord["record"]): boolean {
  return one.object === other.object && "id" in other && one.id === other.id;
}

/** The record, looked for where it was only begun. @returns undefined when it was never made. @throws CrmError */
async function madeOf(connector: RecordStore, former: FormerRecord): Promise<MadeRecord | undefined> {
  const { record } = former;
  if ("id" in record) return { ...former, record };
  const { object, mapping, stamp } = record;
  const [found] = await connector.find({ object, by: stamp, select: [] });
  return found && { ...former, record: { object, mapping, stamp, id: found.id, values: {}, links: [], seq: 0 } };
}

/** In the file that made it; where an older entry does not say which, in the only one that could have. */
function sectionOf(mappings: readonly Mapping[], { section: name, record }: MadeRecord): Section | undefined {
  const made = mappings.flatMap(({ file, sections }) =>
    sections
      .filter((section) => section.name === name && section.object === record.object && section.per === "booking")
      .map((section) => ({ file, section })),
  );
  const [only, ...others] = record.mapping === undefined ? made : made.filter(({ file }) => file === record.mapping);
  return others.length === 0 ? only?.section : undefined;
}

function cancelledForm(
  section: Section,
  state: PurchaseState,
  { bookingId, record }: MadeRecord,
): readonly PlannedField[] {
  const now = state.bookings[bookingId];
  if (now === undefined) return [];
  const left = timeIn(record.stamp?.value);
  const isOtherTime = left !== undefined && left !== timeIn(idAt(bookingId, now.start));
  const booking = isOtherTime ? atTime(now, left) : now;
  const lifecycle =
    booking.lifecycle.status === "cancelled"
      ? booking.lifecycle
      : ({ status: "cancelled", cancelledAt: booking.changedAt } as const);
  const bookings = { ...state.bookings, [bookingId]: { ...booking, lifecycle } };
  const fields = fieldsOf(section, mappingContext({ ...state, bookings }, bookingId), bookingId);
  if (!isOtherTime) return fields;
  // The rest stays as it was at that time.
  const marks = new Set(section.on.cancelled?.map(({ field }) => field));
  return fields.filter(({ field }) => marks.has(field));
}

function atTime(booking: BookingState, start: string): BookingState {
  const length = Date.parse(booking.end) - Date.parse(booking.start);
  return { ...booking, start, end: new Date(Date.parse(start) + length).toISOString() };
}
