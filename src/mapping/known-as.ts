/** What tells a record of a purchase from all others: our id, else what the person can be recognised by. */
import type { RecordPlan } from "./plan.ts";

export function knownAs({ identity, match }: Pick<RecordPlan, "identity" | "match">): string {
  if (identity.value !== undefined) return identity.value;
  const [first] = match;
  if (first === undefined) throw new Error("A plan has an id, or something to be recognised by.");
  return `${first.field}=${first.value.toLowerCase()}`;
}
