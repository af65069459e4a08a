/**
 * What the chosen passes wrote, record by record: the newest value that each field got by them, and what it held before the
 * first of those that nobody else's write stands between. A record may be in the timelines of many purchases.
 */
import type { FieldValue } from "../../../connectors/connector.ts";
import { isSameValue } from "../../sync/same-value.ts";
import type { PassEntry, RecordEntry, TimelineEntry } from "../../synclog/entries.ts";
import { MOST_ENTRIES } from "../../synclog/timeline.ts";
import { chosenPasses, type UndoChoice } from "./choice.ts";

export interface WrittenField {
  readonly field: string;
  readonly to: FieldValue;
  /** Absent where nobody looked. */
  readonly from: FieldValue | undefined;
  /** Whether `from` is what an earlier pass wrote, as far as is known, and not what the CRM held of its own. */
  readonly wasOurs: boolean;
  /** A pass that was not chosen wrote it after them. */
  readonly isWrittenAgain: boolean;
}

/** Whose lock a write takes. */
export type Owner =
  | { readonly kind: "booking"; readonly purchaseId: string; readonly bookingId: string; readonly key: string }
  | { readonly kind: "shared" };

export interface WrittenRecord {
  readonly object: string;
  readonly id: string;
  readonly owner: Owner;
  /** Purchases whose chosen passes wrote to it. */
  readonly purchaseIds: readonly string[];
  /** Whether they made it or deleted it; what they wrote to it is not told then. */
  readonly became: "written" | "created" | "removed";
  readonly fields: readonly WrittenField[];
}

export interface Gathering {
  /** @param entries of the purchase in the CRM, oldest first. @returns whether a pass among them was chosen */
  add(purchaseId: string, entries: readonly TimelineEntry[]): boolean;
  records(): WrittenRecord[];
  /** Versions of the mapping files that planned the chosen passes. */
  readonly versions: ReadonlySet<string>;
  /** Purchases whose timelines are full and, with what is kept beside them, begin with a chosen pass: what was before may not be known. */
  readonly cutShort: number;
}

interface Touch {
  readonly at: string;
  readonly purchaseId: string;
  readonly isChosen: boolean;
  readonly entry: RecordEntry;
}

export function gather(choice: UndoChoice): Gathering {
  const touched = new Map<string, Touch[]>();
  const versions = new Set<string>();
  let cutShort = 0;
  return {
    versions,

    get cutShort() {
      return cutShort;
    },

    add(purchaseId, entries) {
      const chosen = chosenPasses(entries, choice);
      const oldest = entries.find((entry) => entry.kind === "pass");
      if (entries.length >= MOST_ENTRIES && oldest !== undefined && chosen.has(oldest)) cutShort += 1;
      for (const { mappings = [] } of chosen) for (const version of mappings) versions.add(version);
      const theirs = new Set([...chosen].flatMap(writtenIn).map(placeOf));
      for (const pass of entries.filter((entry) => entry.kind === "pass")) {
        for (const entry of writtenIn(pass)) {
          const place = placeOf(entry);
          if (!theirs.has(place)) continue;
          const touch = { at: pass.at, purchaseId, isChosen: chosen.has(pass), entry };
          touched.set(place, [...(touched.get(place) ?? []), touch]);
        }
      }
      return theirs.size > 0;
    },

    records: () => [...touched.values()].map(recordOf),
  };
}

function writtenIn({ records }: PassEntry): RecordEntry[] {
  return records.filter(({ action }) => action !== "unchanged");
}

function placeOf({ object, id }: RecordEntry): string {
  return `${object}\n${id}`;
}

function recordOf(unsorted: readonly Touch[]): WrittenRecord {
  const touches = unsorted.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const last = touches.at(-1);
  if (last === undefined) throw new Error("A record that was touched has a touch.");
  const { object, id, bookingId, key } = last.entry;
  const chosen = touches.filter(({ isChosen }) => isChosen);
  const actions = new Set(chosen.map(({ entry }) => entry.action));
  const isMade = actions.has("created") || actions.has("recreated");
  const became = actions.has("removed") ? "removed" : isMade ? "created" : "written";
  return {
    object,
    id,
    owner:
      bookingId === undefined ? { kind: "shared" } : { kind: "booking", purchaseId: last.purchaseId, bookingId, key },
    purchaseIds: [...new Set(chosen.map(({ purchaseId }) => purchaseId))],
    became,
    fields: became === "removed" ? [] : fieldsOf(touches),
  };
}

interface Write {
  readonly isChosen: boolean;
  readonly from: FieldValue | undefined;
  readonly to: FieldValue;
  readonly wasOurs: boolean;
}

function fieldsOf(touches: readonly Touch[]): WrittenField[] {
  const writes = new Map<string, Write[]>();
  for (const { isChosen, entry } of touches) {
    for (const { field, from, to, theirs } of entry.changes) {
      const write = { isChosen, from, to, wasOurs: entry.action !== "adopted" && theirs !== true };
      writes.set(field, [...(writes.get(field) ?? []), write]);
    }
  }
  return [...writes].flatMap(([field, some]) => {
    const newest = some.findLast(({ isChosen }) => isChosen);
    if (newest === undefined) return [];
    const { from, wasOurs } = firstOf(some.slice(0, some.indexOf(newest) + 1), newest);
    return [{ field, to: newest.to, from, wasOurs, isWrittenAgain: newest !== some.at(-1) }];
  });
}

/** The first of the writes that led to the newest, each from what the one before it had left. */
function firstOf(writes: readonly Write[], newest: Write): Write {
  let first = newest;
  for (const write of writes.slice(0, -1).toReversed()) {
    const isNext = first.from === undefined || isSameValue(write.to, first.from);
    if (!write.isChosen || !isNext) break;
    first = write;
  }
  return first;
}
