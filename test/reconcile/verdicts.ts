/** Verdicts on a CRM for tests of what is told of them. */
import type { KeptVerdict } from "../../src/reconcile/verdicts.ts";

/** Looked at now, all of it as it was written. */
export function aVerdict(more: Partial<KeptVerdict> = {}): KeptVerdict {
  return {
    by: "schedule",
    startedAt: new Date().toISOString(),
    outcome: { kind: "complete" },
    ...{ purchases: 3, underWay: 0, records: 6, calls: 2 },
    different: { gone: 0, merged: 0, differs: 0 },
    differences: [],
    ...more,
  };
}
