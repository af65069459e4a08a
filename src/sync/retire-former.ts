/**
 * Brings the records that bookings had before to their cancelled form, by the mapping that made them, once the booking has
 * its new records. A former record is never written to as if it were the new object's.
 */
import type { Mapping } from "../mapping/mapping.ts";
import type { AppliedRecord, FormerRecord, MadeRecord } from "./applied-record.ts";
import type { BookingRecords } from "./booking-records.ts";
import { cancelledForm, cancelRecord } from "./cancelled-form.ts";
import { isOfPlan, keyOf } from "./former-records.ts";
import type { LeftOut } from "./leave-out.ts";
import type { PurchaseLedger } from "./ledger.ts";
import type { BookingPlans } from "./plan-purchase.ts";
import type { FieldChange } from "./record-changes.ts";
import type { RecordStore } from "./record-task.ts";

export interface FormerWork {
  /** They are not former, where these bookings' plans have them again. */
  takeBack(bookings: readonly BookingPlans[]): Promise<void>;
  /** Remembers them until they are retired, whatever happens to this pass. */
  setAside(former: readonly FormerRecord[]): Promise<void>;
  /** @param may whether the booking has its new records */
  retire(now: PurchaseLedger, may: (bookingId: string) => boolean): Promise<void>;
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
        const done = await cancelRecord(deps.connector, cancelledForm(deps.mappings(), state, made), made);
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
