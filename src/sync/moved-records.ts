/**
 * Whoever is another record of the CRM than before, since theirs was deleted or is somebody else's, is linked to by purchases that
 * nothing new came for: those are looked at again. That this is to be done is noted with which record they are now, so that who
 * comes next does it, be it after a crash.
 */
import type { NotFoundError, RecordPlace } from "../../connectors/errors.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { Lock } from "../redis/locks.ts";
import type { AppliedRecord } from "./applied-record.ts";
import type { Pointer, SharedLedger } from "./shared-ledger.ts";

/** What is known of a plan's person or company before they are written. */
export interface Before {
  readonly known?: { readonly pointer: Pointer; readonly record: AppliedRecord };
  /** The record that they were, where they are to be another one. */
  readonly left?: RecordPlace;
  /** Why that is so, where it is the CRM's doing. */
  readonly gone?: NotFoundError;
}

export interface Moves {
  /** Which record they are, with nothing left to do for the one before. @throws LockLostError */
  current(plan: RecordPlan, lock: Lock): Promise<Pointer | undefined>;
  /** Does what the pointer, which was saved, says is to be done. @throws LockLostError */
  end(plan: RecordPlan, pointer: Pointer, lock: Lock): Promise<Pointer>;
}

export function createMoves(deps: {
  readonly ledger: Pick<SharedLedger, "loadPointer" | "savePointer">;
  /** Has every purchase looked at again that may have linked to the record. */
  readonly lookAgainAt: (left: RecordPlace) => Promise<void>;
}): Moves {
  const { ledger, lookAgainAt } = deps;

  async function end(plan: RecordPlan, given: Pointer, lock: Lock): Promise<Pointer> {
    const { left, ...pointer } = given;
    if (left === undefined) return given;
    await lookAgainAt(left);
    await ledger.savePointer(plan.section, knownAs(plan), pointer, lock);
    return pointer;
  }

  return {
    end,

    async current(plan, lock) {
      const pointer = await ledger.loadPointer(plan.section, knownAs(plan));
      return pointer && (await end(plan, pointer, lock));
    },
  };
}

/** The record that they were and are no longer, unless the CRM has led to the new one what linked to it. */
export function leftBy(
  { known, left = known?.pointer }: Before,
  { record, isFollowed }: { readonly record: RecordPlace; readonly isFollowed?: true },
): RecordPlace | undefined {
  if (left === undefined || left.id === record.id || isFollowed) return undefined;
  return { object: left.object, id: left.id };
}
