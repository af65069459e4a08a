/** What may be said of being in step with BookingBug, from the walks that ended. In doubt it is not. */
import { type Every, everyMs } from "./every.ts";
import { neverCameIn, type Walk } from "./history.ts";

/** `at` is when the walk began that says so: of what changed since, it says nothing. All ISO UTC. */
export type Standing =
  /** BookingBug cannot be asked. */
  | { readonly kind: "not_configured" }
  /** No walk over all that changed has ended yet. */
  | { readonly kind: "never" }
  | { readonly kind: "broke_off"; readonly at: string; readonly why: string }
  /** The last one is older than two of them may be apart. */
  | { readonly kind: "overdue"; readonly at: string }
  /** Bookings changed while the list was walked, or BookingBug counts otherwise than it lists: some may not have been listed. */
  | { readonly kind: "shifted"; readonly at: string }
  /** Found, and neither here nor on its way. */
  | { readonly kind: "behind"; readonly at: string; readonly left: number }
  /** All of it was read back. */
  | { readonly kind: "never_came"; readonly at: string; readonly count: number }
  /** It is all here, and a CRM had not all of it then. */
  | { readonly kind: "not_in_crms"; readonly at: string; readonly crms: Readonly<Record<string, number>> }
  | { readonly kind: "in_step"; readonly at: string };

export interface Plan {
  readonly every: Every;
  /** Undefined where BookingBug's API is not configured. */
  readonly companies: readonly string[] | undefined;
}

/** @param walks newest first */
export function standingOf(walks: readonly Walk[], { every, companies }: Plan, now: number): Standing {
  if (companies === undefined) return { kind: "not_configured" };
  const whole = walks.findIndex((walk) => isWhole(walk, companies, everyMs(every)));
  const last = walks[whole];
  // Whichever broke off last says the most about whether BookingBug can be asked.
  for (const one of [walks[0], last])
    if (one?.outcome.kind === "broke_off") return { ...one.outcome, at: one.startedAt };
  if (last === undefined) return { kind: "never" };
  const { startedAt: at, outcome, counts } = last;
  if (now - Date.parse(at) > 2 * everyMs(every)) return { kind: "overdue", at };
  if (outcome.kind === "shifted") return { kind: "shifted", at };
  const left = counts.overtaken + counts.notReadable + counts.cancelledHere;
  if (left > 0) return { kind: "behind", at, left };
  const count = walks.slice(0, whole + 1).reduce((sum, walk) => sum + neverCameIn(walk), 0);
  if (count > 0) return { kind: "never_came", at, count };
  const behind = Object.entries(last.inCrms).filter(([, has]) => has < counts.known);
  if (behind.length === 0) return { kind: "in_step", at };
  return { kind: "not_in_crms", at, crms: Object.fromEntries(behind.map(([crm, has]) => [crm, counts.known - has])) };
}

/** One over a few days or one company says nothing of the others. */
export function isWhole({ companies, windows }: Walk, all: readonly string[], leastMs: number): boolean {
  return (
    all.every((company) => companies.includes(company)) &&
    windows.some((window) => window.kind === "changed" && window.lastMs >= leastMs)
  );
}
