/** Whether a person or company is still the record that they were recognised as. */
import type { RecordPlan } from "../mapping/plan.ts";
import type { AppliedRecord } from "./applied-record.ts";
import type { Pointer } from "./shared-ledger.ts";
import { isSameText } from "./values.ts";

type Traits = readonly { readonly field: string; readonly value: string }[];

/** A record with our own id is theirs whatever they are called; in somebody else's they are by what they have in common. */
export function isSamePerson({ match }: RecordPlan, pointer: Pointer, record: AppliedRecord): boolean {
  if (pointer.own) return true;
  const isAsMatched = match.every((trait) => isAmong(pointer.matchedBy, trait));
  // Who picked it saw what the CRM holds, which may not be what we last wrote there.
  return isAsMatched && (pointer.picked === true || !hasMovedOn(match, record));
}

/** Whether whose it is has changed what the two were recognised by. */
function hasMovedOn(match: Traits, { values }: AppliedRecord): boolean {
  const told = match.filter(({ field }) => values[field] !== undefined);
  return told.length > 0 && !told.some(({ field, value }) => isSameText(String(values[field] ?? ""), value));
}

function isAmong(traits: Traits, { field, value }: Traits[number]): boolean {
  return traits.some((trait) => trait.field === field && isSameText(trait.value, value));
}
