/**
 * A record that somebody converted is written to no more. Where the mapping says to follow it, what links to the person is linked
 * to what the record became; that one's own fields are no concern of a section that was made for another object.
 */
import { ConvertedError, type NotFoundError, type RecordPlace } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { AppliedRecord } from "./applied-record.ts";
import { isSamePerson } from "./same-person.ts";
import type { Pointer } from "./shared-ledger.ts";

export function isToFollow(plan: RecordPlan, error: unknown): error is ConvertedError {
  return plan.converted === "follow" && error instanceof ConvertedError && error.from.object === plan.object;
}

/** @returns what the person's record became, where that is known and they are still that person */
export function followed(plan: RecordPlan, pointer: Pointer | undefined): AppliedRecord | undefined {
  if (plan.converted !== "follow" || pointer?.became === undefined || pointer.object !== plan.object) return undefined;
  return isSamePerson(plan, pointer, unwritten(pointer)) ? unwritten(pointer.became) : undefined;
}

export function convertedPointer(plan: RecordPlan, before: Pointer | undefined, error: ConvertedError): Pointer {
  const { from, became } = error;
  return { ...from, own: before?.own ?? false, stamp: before?.stamp, matchedBy: plan.match, became };
}

/** What it became is not ours to make anew; merged away, it is followed as any other record. */
export function mergedOn(
  pointer: Pointer,
  { object }: RecordPlace,
  { survivorId }: NotFoundError,
): Pointer | undefined {
  return survivorId === undefined ? undefined : { ...pointer, became: { object, id: survivorId } };
}

/** Of which nothing was written that is known. */
export function unwritten({ object, id }: RecordPlace): AppliedRecord {
  return { object, id, values: {}, links: [], seq: 0 };
}
