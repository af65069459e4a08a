/** What was decided of an edit stands for as long as BookingBug says the same, whoever looked at the record before that. */
import type { Asks } from "./compare.ts";
import type { Drifted, DriftedField } from "./drifted.ts";

/** Who left a field to the CRM has done so until BookingBug says something else. */
export function askedNow(now: DriftedField, before: DriftedField | undefined): Asks {
  return now.asks === "hold" && before?.asks === "leave" && before.ours === now.ours ? "leave" : now.asks;
}

/** What was found, with what somebody decided while it was looked at. */
export function withDecided(found: Drifted, before: Drifted | undefined): Drifted {
  if (found.kind !== "drifted" || before?.kind !== "drifted") return found;
  const known = new Map(before.fields.map((one) => [one.field, one]));
  return { ...found, fields: found.fields.map((one) => ({ ...one, asks: askedNow(one, known.get(one.field)) })) };
}
