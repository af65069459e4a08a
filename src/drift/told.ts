/** What the timeline of a purchase is told of a record that drifted: once as it is found, and once as it is settled. */
import type { DriftEntry } from "../synclog/entries.ts";
import type { ToldDrift } from "../synclog/sync-log.ts";
import type { Drifted } from "./drifted.ts";

/** @returns nothing where all of it was told before: a field that is edited again and again is one finding */
export function toldAsFound(entry: Drifted, before: Drifted | undefined): readonly ToldDrift[] {
  const what = newsIn(entry, before);
  return what === undefined ? [] : [told(entry, what)];
}

/** @param before as it was kept */
export function toldAsSettled(before: Drifted): ToldDrift {
  return told({ ...before, seen: new Date().toISOString() }, { kind: "settled" });
}

function newsIn(entry: Drifted, before: Drifted | undefined): DriftEntry["what"] | undefined {
  if (entry.kind === "drifted") {
    const known = new Set(before?.kind === "drifted" ? before.fields.map(({ field }) => field) : []);
    const fields = entry.fields.filter(({ field }) => !known.has(field));
    if (fields.length === 0) return undefined;
    return {
      kind: "edited",
      fields: fields.map(({ field, base, theirs, by, at }) => ({
        ...{ field, from: base, to: theirs },
        ...(by !== undefined && { by }),
        ...(at !== undefined && { at }),
      })),
    };
  }
  if (before?.kind === entry.kind) return undefined;
  return entry.kind === "deleted" ? { kind: "deleted" } : { kind: "merged", into: entry.into };
}

function told({ purchaseId, section, object, id, seen: at }: Drifted, what: DriftEntry["what"]): ToldDrift {
  return { purchaseId, entry: { kind: "drift", at, section, object, id, what } };
}
