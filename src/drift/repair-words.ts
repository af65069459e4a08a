/** A plan to repair in figures, without a value. */
import { fieldName } from "./lists.ts";
import type { Repair } from "./repair.ts";

/** The most frequent fields. */
const FIELDS = 10;

export function planWords(repairs: readonly Repair[]): string {
  const of = (kind: Repair["kind"]): readonly Repair[] => repairs.filter((one) => one.kind === kind);
  const fields = fieldCounts(of("written_back"));
  const told = fields.slice(0, FIELDS).map(([field, count]) => `${field} ${count}`);
  const more = fields.length > FIELDS ? ` and ${fields.length - FIELDS} more fields` : "";
  return [
    of("written_back").length > 0 && `${of("written_back").length} written back (${told.join(", ")}${more})`,
    of("recreated").length > 0 && `${of("recreated").length} made again`,
    of("followed").length > 0 && `${of("followed").length} followed to the record they were merged into`,
  ]
    .filter((one) => one !== false)
    .join("; ");
}

function fieldCounts(repairs: readonly Repair[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const one of repairs) {
    for (const { field } of one.fields) {
      const name = fieldName(one, field);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
