/** What is kept of what drifted, counted for people. */
import { z } from "zod";
import type { Drifted } from "./drifted.ts";
import { fieldName } from "./lists.ts";

const counts = z.record(z.string(), z.int().nonnegative()).readonly();

export const tally = z.object({
  ...{ records: z.int(), deleted: z.int(), merged: z.int() },
  /** By object and field, as `Contact.LastName`. */
  byField: counts,
  /** By who edited it, as the CRM calls them; `""` where it does not say. */
  byEditor: counts,
  /** By the day (UTC) since when it is known. */
  byDay: counts,
});
export type Tally = Readonly<z.infer<typeof tally>>;

/** Counts one after the other, so that nothing of them is to be in hand at once. */
export function createTally(): { add(entry: Drifted): void; tally(): Tally } {
  let [records, deleted, merged] = [0, 0, 0];
  const [fields, editors, days] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  return {
    add(entry) {
      records += 1;
      if (entry.kind === "deleted") deleted += 1;
      if (entry.kind === "merged") merged += 1;
      count(days, entry.since.slice(0, 10));
      for (const { field, by = "" } of entry.kind === "drifted" ? entry.fields : []) {
        count(fields, fieldName(entry, field));
        count(editors, by);
      }
    },
    tally: () => ({
      ...{ records, deleted, merged },
      ...{ byField: frequentFirst(fields), byEditor: frequentFirst(editors), byDay: frequentFirst(days) },
    }),
  };
}

export function tallyOf(entries: readonly Drifted[]): Tally {
  const counted = createTally();
  for (const entry of entries) counted.add(entry);
  return counted.tally();
}

/** Who edits and what is edited is not bounded by us: what is kept for pages is. */
export function trimmed({ byField, byEditor, byDay, ...rest }: Tally, most: number): Tally {
  const days = Object.entries(byDay).toSorted(([a], [b]) => (a < b ? 1 : -1));
  const first = (all: readonly (readonly [string, number])[]) => Object.fromEntries(all.slice(0, most));
  return {
    ...rest,
    byField: first(Object.entries(byField)),
    byEditor: first(Object.entries(byEditor)),
    byDay: first(days),
  };
}

function count(counted: Map<string, number>, name: string): void {
  counted.set(name, (counted.get(name) ?? 0) + 1);
}

function frequentFirst(counted: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counted].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
