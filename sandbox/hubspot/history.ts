/** "Property history": each value that a property had, the newest first, and who gave it. */
import { isBlank, type StoredRecord, type Values } from "../table.ts";

/** Whoever edits by hand, unless somebody is named. */
export const PERSON = { id: "7001" } as const;
/** The private app whose token we have. */
export const OUR_APP = { id: "31415", name: "BookingBug" } as const;

export function historyOf(record: StoredRecord, names: readonly string[]): Readonly<Record<string, unknown>> {
  const known = names.filter((name) => record.writes.some(({ values }) => name in values));
  return Object.fromEntries(known.map((name) => [name, valuesOf(record, name).toReversed()]));
}

function valuesOf({ writes }: StoredRecord, name: string): unknown[] {
  const told: unknown[] = [];
  let before: unknown;
  for (const { at, by, values } of writes) {
    const value = textOf(values[name]);
    // What is written again as it was is no change.
    if (!(name in values) || value === before) continue;
    before = value;
    told.push({ value, timestamp: at.toISOString(), ...sourceOf(by) });
  }
  return told;
}

function sourceOf(by: string | undefined): Values {
  return by === undefined
    ? { sourceType: "INTEGRATION", sourceId: OUR_APP.id, sourceLabel: OUR_APP.name }
    : { sourceType: "CRM_UI", sourceId: `userId:${by}`, updatedByUserId: Number(by) };
}

function textOf(value: unknown): string {
  return isBlank(value) ? "" : String(value);
}
