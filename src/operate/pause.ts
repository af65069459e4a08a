/** Pauses a CRM for a reason: notifications are received and kept, and nothing is taken from its queue until it is resumed. */
import { crmOf, type OperateDeps } from "./deps.ts";

export interface PauseAsked {
  readonly crm: string;
  /** Who pauses. */
  readonly by: string;
  readonly reason: string;
  /** Milliseconds until it ends by itself; not by itself when absent. */
  readonly forMs?: number | undefined;
}

/** What fits on a page. */
export const LONGEST_REASON = 200;
/** Longer is no pause. */
export const LONGEST_PAUSE_MS = 30 * 86_400_000;

/** @throws UnknownCrmError */
export async function pause(deps: Pick<OperateDeps, "crms">, { crm, by, reason, forMs }: PauseAsked): Promise<void> {
  const now = Date.now();
  await crmOf(deps, crm).gate.pause({
    by,
    reason: reason.trim().slice(0, LONGEST_REASON),
    since: new Date(now).toISOString(),
    ...(forMs !== undefined && { until: new Date(now + Math.min(forMs, LONGEST_PAUSE_MS)).toISOString() }),
  });
}
