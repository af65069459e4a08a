/** Looks at the CRMs without anybody asking: one after the other, each by itself. */
import type { Connector, ConnectorLog } from "../../../connectors/connector.ts";
import type { LastVerdicts, Verdicts } from "../../reconcile/verdicts.ts";
import type { Ledger } from "../../sync/ledger.ts";
import { type NotedVerdictDeps, verdictNoted } from "./noted.ts";

export interface ScheduledVerdictDeps
  extends Omit<NotedVerdictDeps, "crm" | "ledger" | "connector" | "signal" | "verdicts"> {
  readonly crms: readonly { readonly crm: string; readonly ledger: Ledger; readonly open: () => Connector }[];
  readonly verdicts: Pick<Verdicts, "note" | "of">;
  readonly log: ConnectorLog;
}

/** The share is of a day's calls, however often it is scheduled; one may begin somewhat earlier than that of the day before. */
const LEAST_APART_MS = 20 * 3_600_000;

/** @throws what the signal was aborted with; the CRM that was being looked at is then looked at anew the next time */
export async function lookAtCrms(deps: ScheduledVerdictDeps, signal: AbortSignal): Promise<void> {
  for (const { crm, ledger, open } of deps.crms) {
    if (isRecent(await deps.verdicts.of(crm))) continue;
    const connector = open();
    try {
      const found = await verdictNoted({ ...deps, crm, ledger, connector, signal }, "schedule");
      const { outcome, purchases, underWay, records, calls, different } = found;
      const broken = outcome.kind === "broke_off" ? { why: outcome.error.message } : {};
      const counts = { purchases, underWay, records, calls, ...different };
      deps.log.info({ crm, outcome: outcome.kind, ...broken, ...counts }, "looked at what the CRM holds");
    } catch (error) {
      signal.throwIfAborted();
      deps.log.error({ crm, error: String(error) }, "what the CRM holds could not be looked at");
    } finally {
      await connector.close();
    }
  }
}

function isRecent(kept: LastVerdicts | undefined): boolean {
  if (kept === undefined || Date.now() - Date.parse(kept.last.startedAt) >= LEAST_APART_MS) return false;
  const { by, outcome } = kept.last;
  // Somebody's that broke off has told nothing.
  return by === "schedule" || outcome.kind !== "broke_off";
}
