/** What is kept of what drifted, counted for people. */
import type { Drifted } from "./store.ts";

export interface Tally {
  readonly records: number;
  readonly deleted: number;
  readonly merged: number;
  /** By object and field, as `Contact.LastName`. */
  readonly byField: Readonly<Record<string, number>>;
  /** By who edited it, as the CRM calls them; `""` where it does not say. */
  readonly byEditor: Readonly<Record<string, number>>;
  /** By the day (UTC) since when it is known. */
  readonly byDay: Readonly<Record<string, number>>;
}

export function tallyOf(entries: readonly Drifted[]): Tally {
  const fields = entries.flatMap((one) =>
    one.kind === "drifted" ? one.fields.map((field) => ({ ...field, object: one.object })) : [],
  );
  return {
    records: entries.length,
    deleted: entries.filter(({ kind }) => kind === "deleted").length,
    merged: entries.filter(({ kind }) => kind === "merged").length,
    byField: countBy(fields, ({ object, field }) => `${object}.${field}`),
    byEditor: countBy(fields, ({ by = "" }) => by),
    byDay: countBy(entries, ({ since }) => since.slice(0, 10)),
  };
}

/** The most frequent first. */
function countBy<T>(some: readonly T[], nameOf: (one: T) => string): Record<string, number> {
  const groups = [...Map.groupBy(some, nameOf)].map(([name, group]) => [name, group.length] as const);
  return Object.fromEntries(groups.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
