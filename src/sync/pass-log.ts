/** Writes to the sync log how passes ended, and counts them. What cannot be written is said in the log, and nothing else suffers. */
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { SyncQueue } from "../inbox/queues.ts";
import type { Counters } from "../stats/counters.ts";
import { kindOfAll } from "../synclog/cause.ts";
import type { FailureEntry, PassEntry } from "../synclog/entries.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { customerOf, traitsOf } from "./found-by.ts";
import type { PassReport } from "./pass.ts";

export interface PassLog {
  applied(report: PassReport, durationMs: number): Promise<void>;
  failed(report: PassReport, failures: readonly FailureEntry[], durationMs: number): Promise<void>;
  /** In a way that nobody foresaw: there is no report. */
  failedUnexpectedly(): void;
  /** The job is on the dashboard as failed. */
  gaveUp(purchaseId: string, jobId: string, failures: readonly FailureEntry[], state?: PurchaseState): Promise<void>;
  /** Whether the job is on the failed list, as `gaveUp` put it there; where it is left out, whether the purchase is. */
  isListed(purchaseId: string, jobId?: string): Promise<boolean>;
}

export function createPassLog(deps: {
  readonly crm: string;
  readonly syncLog: SyncLog;
  readonly counters: Counters;
  readonly queue: SyncQueue;
  readonly log: ConnectorLog;
}): PassLog {
  const { crm, syncLog, counters, queue, log } = deps;

  async function record(report: PassReport, entry: PassEntry): Promise<void> {
    const { purchaseId, notifications } = report;
    const newest = notifications.at(-1);
    const traits = traitsOf(report);
    const at = newest === undefined ? Date.now() : Date.parse(newest.receivedAt);
    const outdated = await syncLog.recordPass(purchaseId, entry, { traits, at });
    if (outdated === undefined) return;
    const removeJobs = (): Promise<unknown> => Promise.all(outdated.map((jobId) => queue.remove(jobId)));
    // The jobs first: of a purchase that is off the list nobody would know them, should this process end here.
    await removeJobs();
    await syncLog.unlist(crm, [purchaseId]);
    // And once more: a Redis that took over in between has forgotten that they were removed.
    await removeJobs();
  }

  async function carefully(purchaseId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ crm, purchaseId, error: nameOf(error) }, "the sync log could not be written");
    }
  }

  function countLeftOut({ records }: PassReport): void {
    const count = records.reduce((sum, { leftOut = [] }) => sum + leftOut.length, 0);
    if (count > 0) counters.count(crm, "left_out", count);
  }

  function countSettled({ settled }: PassReport): void {
    const { arrivals, older } = settled;
    if (arrivals.length === 0) return;
    counters.count(crm, "applied");
    const superseded = arrivals.length - 1 + older;
    if (superseded > 0) counters.count(crm, "superseded", superseded);
    for (const { receivedAt } of arrivals) counters.lag(crm, Math.max(0, Date.now() - Date.parse(receivedAt)));
  }

  return {
    applied(report, durationMs) {
      counters.pass(crm, "ended");
      countSettled(report);
      countLeftOut(report);
      return carefully(report.purchaseId, () =>
        record(report, entryOf(crm, report, { outcome: "applied", durationMs })),
      );
    },

    failed(report, failures, durationMs) {
      const outcome = failures.some(({ heals }) => heals) ? "retrying" : kindOfAll(failures);
      // What waits for a person is no trouble of the CRM's.
      counters.pass(crm, outcome === "held" ? "ended" : "failed");
      countLeftOut(report);
      return carefully(report.purchaseId, () => {
        return record(report, { ...entryOf(crm, report, { outcome, durationMs }), failures: [...failures] });
      });
    },

    failedUnexpectedly: () => counters.pass(crm, "failed"),

    gaveUp: (purchaseId, jobId, failures, state) =>
      carefully(purchaseId, async () => {
        counters.count(crm, kindOfAll(failures));
        await syncLog.recordFailed(crm, purchaseId, jobId, failures, state && customerOf(state));
      }),

    async isListed(purchaseId, jobId) {
      if (jobId !== undefined) return (await syncLog.failedJobs(crm, [purchaseId])).includes(jobId);
      return (await syncLog.status(crm, [purchaseId])).get(purchaseId)?.status === "failed";
    },
  };
}

function entryOf(crm: string, report: PassReport, how: Pick<PassEntry, "outcome" | "durationMs">): PassEntry {
  const { notifications, mappings, records, unidentified = [], asked } = report;
  return {
    kind: "pass",
    crm,
    at: new Date().toISOString(),
    times: 1,
    notifications: [...notifications],
    mappings: [...mappings],
    records: [...records],
    ...(unidentified.length > 0 && { unidentified: [...unidentified] }),
    failures: [],
    asked,
    ...how,
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
