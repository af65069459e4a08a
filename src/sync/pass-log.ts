/** Writes to the sync log how passes ended, and counts them. What cannot be written is said in the log, and nothing else suffers. */
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { SyncQueue } from "../inbox/queues.ts";
import type { Counters } from "../stats/counters.ts";
import type { PassEntry } from "../synclog/entries.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { failureEntry, unexpectedFailure } from "./failure-entry.ts";
import { PassError } from "./failures.ts";
import { traitsOf } from "./found-by.ts";
import type { PassReport } from "./pass.ts";

export interface PassLog {
  applied(report: PassReport, durationMs: number): Promise<void>;
  /** @param isFinal whether it is not tried again by itself */
  failed(error: PassError, durationMs: number, isFinal: boolean): Promise<void>;
  /** The job is on the dashboard as failed. @param error the pass' own, where there was a pass */
  gaveUp(purchaseId: string, jobId: string, error: Error): Promise<void>;
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
    const { purchaseId, notifications, state } = report;
    const newest = notifications.at(-1);
    const traits = newest === undefined || state === undefined ? [] : traitsOf(state);
    const at = newest === undefined ? 0 : Date.parse(newest.receivedAt);
    const outdated = await syncLog.recordPass(purchaseId, entry, { traits, at });
    await Promise.all(outdated.map((jobId) => queue.remove(jobId)));
  }

  async function carefully(purchaseId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ crm, purchaseId, error: nameOf(error) }, "the sync log could not be written");
    }
  }

  function countSettled({ settled }: PassReport): void {
    if (settled.length === 0) return;
    counters.count(crm, "applied");
    if (settled.length > 1) counters.count(crm, "superseded", settled.length - 1);
    for (const { receivedAt } of settled) counters.lag(crm, Math.max(0, Date.now() - Date.parse(receivedAt)));
  }

  return {
    applied(report, durationMs) {
      countSettled(report);
      return carefully(report.purchaseId, () =>
        record(report, entryOf(crm, report, { outcome: "applied", durationMs })),
      );
    },

    failed: (error, durationMs, isFinal) =>
      carefully(error.report.purchaseId, async () => {
        const failures = error.failures.map((failure) => failureEntry(crm, failure));
        const isHeld = failures.every(({ hold }) => hold !== undefined);
        const outcome = !isFinal ? "retrying" : isHeld ? "held" : "failed";
        await record(error.report, { ...entryOf(crm, error.report, { outcome, durationMs }), failures });
      }),

    gaveUp: (purchaseId, jobId, error) =>
      carefully(purchaseId, async () => {
        const failures =
          error instanceof PassError
            ? error.failures.map((failure) => failureEntry(crm, failure))
            : [unexpectedFailure(error)];
        counters.count(crm, failures.every(({ hold }) => hold !== undefined) ? "held" : "failed");
        await syncLog.recordFailed(crm, purchaseId, jobId, failures);
      }),
  };
}

function entryOf(crm: string, report: PassReport, how: Pick<PassEntry, "outcome" | "durationMs">): PassEntry {
  const { notifications, records, asked } = report;
  return {
    kind: "pass",
    crm,
    at: new Date().toISOString(),
    times: 1,
    notifications: [...notifications],
    records: [...records],
    failures: [],
    asked,
    ...how,
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
