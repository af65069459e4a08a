/** A walk that is in the history afterwards, however it ended. */
import type { History, Walk } from "./history.ts";
import { type Asked, type ReconcileDeps, type Reconciled, reconcile } from "./reconcile.ts";
import { type WhyDeps, withReasons } from "./why.ts";

export interface NotedDeps extends ReconcileDeps, WhyDeps {
  readonly walks: History;
}

/** @param onPage as `reconcile` has it */
export async function walkNoted(
  deps: NotedDeps,
  asked: Omit<Asked, "dryRun">,
  by: Walk["by"],
  onPage?: (seen: number, total: number | undefined) => void,
): Promise<Reconciled> {
  const reconciled = await reconcile(deps, { ...asked, dryRun: false }, onPage);
  const { outcome, resumed, startedAt, counts, inCrms, neverCame } = reconciled;
  await deps.walks.note({
    by,
    startedAt,
    endedAt: new Date().toISOString(),
    companies: [...asked.companies],
    windows: [...asked.windows],
    outcome: outcome.kind === "broke_off" ? { kind: outcome.kind, why: outcome.error.message } : outcome,
    resumed,
    counts,
    inCrms,
    neverCame: await withReasons(deps, neverCame),
  });
  return reconciled;
}
