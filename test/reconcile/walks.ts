/** Walks for tests of what is told of them. */
import type { Walk } from "../../src/reconcile/history.ts";
import { beginning } from "../../src/reconcile/progress.ts";

const LAST_MS = 2 * 86_400_000;

/** Ended now, with nothing to tell. */
export function aWalk(more: Partial<Walk> = {}): Walk {
  const now = new Date();
  return {
    by: "schedule",
    startedAt: now.toISOString(),
    endedAt: now.toISOString(),
    companies: ["37000"],
    windows: [{ kind: "changed", lastMs: LAST_MS }],
    outcome: { kind: "complete" },
    resumed: false,
    counts: beginning(now).counts,
    inCrms: {},
    neverCame: [],
    ...more,
  };
}
