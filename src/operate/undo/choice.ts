/** Which passes are to be undone, and whose timelines may have them. */
import type { Inbox } from "../../inbox/inbox.ts";
import type { Place } from "../../redis/in-order.ts";
import type { PassEntry, TimelineEntry } from "../../synclog/entries.ts";
import type { SyncLog } from "../../synclog/sync-log.ts";

export type UndoChoice =
  | { readonly kind: "version"; readonly version: string }
  /** Milliseconds since the epoch; `until` is no part of it. */
  | { readonly kind: "time"; readonly since: number; readonly until: number }
  | { readonly kind: "purchase"; readonly purchaseId: string }
  /** A job on many. */
  | { readonly kind: "job"; readonly job: string };

/** @param entries of one purchase in one CRM, oldest first */
export function chosenPasses(entries: readonly TimelineEntry[], choice: UndoChoice): ReadonlySet<PassEntry> {
  const passes = entries.filter((entry) => entry.kind === "pass");
  switch (choice.kind) {
    case "version":
      return new Set(passes.filter(({ mappings = [] }) => mappings.includes(choice.version)));
    case "time":
      return new Set(passes.filter(({ at }) => Date.parse(at) >= choice.since && Date.parse(at) < choice.until));
    case "purchase":
      return new Set(passes);
    case "job":
      return new Set(passesOfJob(entries, choice.job));
  }
}

/** From the job's action on, until the first pass that is not tried again by itself. */
function passesOfJob(entries: readonly TimelineEntry[], job: string): PassEntry[] {
  const found: PassEntry[] = [];
  let isTheirs = false;
  for (const entry of entries) {
    if (entry.kind === "action") isTheirs ||= entry.job === job;
    else if (entry.kind === "pass" && isTheirs) {
      found.push(entry);
      isTheirs = entry.outcome === "retrying";
    }
  }
  return found;
}

const PAGE = 100;
/** As many as a version's list holds. */
const ALL = 20_000;

/** A page at a time; a purchase that something comes for meanwhile may come twice. */
export async function* candidates(
  { inbox, syncLog }: { readonly inbox: Pick<Inbox, "arrivals">; readonly syncLog: Pick<SyncLog, "writtenBy"> },
  crm: string,
  choice: UndoChoice,
): AsyncGenerator<readonly string[]> {
  if (choice.kind === "purchase") return yield [choice.purchaseId];
  if (choice.kind === "version") {
    const listed = await syncLog.writtenBy.purchases(crm, choice.version, { offset: 0, limit: ALL });
    const ids = listed.map(({ purchaseId }) => purchaseId);
    for (let from = 0; from < ids.length; from += PAGE) yield ids.slice(from, from + PAGE);
    return;
  }
  // Passes come without arrivals as well, and after newer ones: each that is kept may have one.
  for (let after: Place | undefined; ; ) {
    const page = await inbox.arrivals({ after, from: 0, to: Number.MAX_SAFE_INTEGER, limit: PAGE });
    yield page.map(({ id }) => id);
    after = page.at(-1);
    if (after === undefined) return;
  }
}
