/** The BullMQ worker of one CRM: runs passes, and turns what went wrong into waiting, retrying, pausing or failing. */

import { DelayedError, type Job, type Telemetry, UnrecoverableError, Worker } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import { type JobData, queueName, type SyncQueue } from "../inbox/queues.ts";
import type { SetApart } from "../inbox/set-apart.ts";
import type { RedisClient } from "../redis/client.ts";
import { closeWorker } from "../redis/close-worker.ts";
import type { Keys } from "../redis/keys.ts";
import { LockLostError, LockTimeoutError } from "../redis/locks.ts";
import type { FailureEntry } from "../synclog/entries.ts";
import { backoffDelay } from "./backoff.ts";
import { takeUpWithin } from "./concurrency.ts";
import { failureEntry, requestIdsOf, sentencesOf } from "./failure-entry.ts";
import { BroughtDownError, StalledError, type Tries, triesUsedUp } from "./failures.ts";
import type { Gate } from "./gate.ts";
import type { Outage } from "./outage.ts";
import type { SharedPacer } from "./pacer.ts";
import type { PassDeps, PassReport } from "./pass.ts";
import { PassError } from "./pass-error.ts";
import type { PassLog } from "./pass-log.ts";
import { type PassSummary, summarise } from "./pass-summary.ts";
import { createPatience } from "./patience.ts";
import { alone } from "./reconcile.ts";
import { setAside } from "./set-aside.ts";
import { createSuspects } from "./suspects.ts";
import type { Trials } from "./trials.ts";
import { madeSafe } from "./unexpected.ts";

export interface SyncWorkerDeps extends PassDeps {
  /** For commands; BullMQ duplicates it for what blocks. */
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly gate: Gate;
  /** Undefined while jobs are not traced. */
  readonly telemetry: Telemetry | undefined;
  readonly pacer: Pick<SharedPacer, "holdOff">;
  readonly outage: Outage;
  readonly setApart: SetApart;
  readonly trials: Pick<Trials, "try">;
  readonly passLog: PassLog;
  readonly queue: Pick<SyncQueue, "remove">;
  readonly log: ConnectorLog;
  readonly concurrency: number;
  /** Whether the process holds nearly as much as it may. */
  readonly isTight: () => boolean;
  /** Milliseconds after which a job of a dead worker is taken over. */
  readonly lockMs: number;
  /** Milliseconds to wait after a job's first failure. */
  readonly backoffMs: number;
  /** Milliseconds between two probes of a closed gate. */
  readonly probeMs: number;
}

export interface SyncWorker {
  /** Stops taking jobs and waits for those under way; after `graceMs` it leaves them to be taken over. */
  close(graceMs: number): Promise<void>;
}

/** A job whose worker died is taken over this often before it counts as one that kills workers. */
const MAX_TAKEOVERS = 100;
const SHORT_DELAY_MS = 300;
/** The pass of a worker that went down holds its lock for as long as a lock lasts. */
const LATER_MS = 1_000;

/** Not tried again, whatever attempts are left. */
class FailedForGood extends UnrecoverableError {
  /** By what its pass had heard: not what came since, whose job may have died with the process that stored it. */
  readonly of: "all" | "heard";

  constructor(message: string, of: "all" | "heard") {
    super(message);
    this.of = of;
  }
}

export function startSyncWorker(deps: SyncWorkerDeps): SyncWorker {
  const { crm, gate, log, inbox, passLog } = deps;
  const patience = createPatience(deps);
  const hear = createSuspects(deps);

  async function run(job: Job<JobData>, token?: string): Promise<PassSummary> {
    const hearing = await hear(job);
    if (hearing.kind === "applied") return hearing.summary;
    if (hearing.kind === "set_apart") return await giveUp(job, failuresOf(new BroughtDownError(), undefined));
    if (hearing.kind === "later") return await putBack(job, Date.now() + LATER_MS, token);
    return await alone(deps, job.data.purchaseId, (pass) => runPass(pass, job, token));
  }

  async function runPass(
    pass: () => Promise<PassReport>,
    job: Job<JobData>,
    token: string | undefined,
  ): Promise<PassSummary> {
    const start = Date.now();
    try {
      const report = await pass();
      const summary = summarise(report);
      log.info({ crm, ...summary }, "purchase is up to date");
      await passLog.applied(report, Date.now() - start);
      return summary;
    } catch (thrown) {
      const error = thrown instanceof PassError ? thrown : madeSafe(thrown);
      const at = await waitUntil(error, job);
      const failures = failuresOf(error, at === undefined ? triesOf(job) : undefined);
      // Before the job is put back, which fails where another worker has taken it over.
      await note(error, failures, job.data.purchaseId, Date.now() - start);
      if (at !== undefined) return await putBack(job, at, token);
      if (failures.some(({ heals }) => heals)) throw error;
      return await giveUp(job, failures, error);
    }
  }

  async function putBack(job: Job<JobData>, at: number, token: string | undefined): Promise<never> {
    await job.moveToDelayed(at, token);
    throw new DelayedError();
  }

  async function giveUp(job: Job<JobData>, failures: readonly FailureEntry[], error?: Error): Promise<never> {
    const report = error instanceof PassError ? error.report : undefined;
    // Listed while the job still counts as active, so that the purchase's next job can only come after.
    await passLog.gaveUp(job.data.purchaseId, job.id ?? "", failures, report?.state);
    throw new FailedForGood(sentencesOf(failures), report === undefined ? "all" : "heard");
  }

  function failuresOf(error: Error, tries: Tries | undefined): FailureEntry[] {
    if (error instanceof PassError) return error.entries(tries);
    const failure = { plan: undefined, bookingId: undefined, error, words: error.message };
    return [failureEntry(crm, failure, triesUsedUp(tries, error))];
  }

  /** Failed for good: it is on the dashboard now, and the sweeper must not bring it back by itself. */
  async function park(purchaseId: string, jobId: string, error: Error): Promise<void> {
    // BullMQ's own verdict, that the job stalled too often, comes without a pass.
    const isOurs = !(error instanceof UnrecoverableError) || error instanceof FailedForGood;
    if (!isOurs) await passLog.gaveUp(purchaseId, jobId, failuresOf(new StalledError(error.message), undefined));
    const what = error instanceof FailedForGood ? error.of : "all";
    if (await setAside(deps, { purchaseId, jobId, what })) return;
    // A Redis that failed over has forgotten it, or the list could not be written: nobody would ever look at it.
    log.warn({ crm, purchaseId }, "a purchase that failed is not on the list; it is tried again");
    await inbox.reopen(crm, purchaseId);
    await deps.queue.remove(jobId);
  }

  async function note(
    error: Error,
    failures: readonly FailureEntry[],
    purchaseId: string,
    durationMs: number,
  ): Promise<void> {
    if (error instanceof PassError) {
      const { deliveryIds } = summarise(error.report);
      const kinds = failures.map(({ kind }) => kind);
      log.warn({ crm, purchaseId, deliveryIds, kinds, ...requestIdsOf(failures) }, sentencesOf(failures));
      await passLog.failed(error.report, failures, durationMs);
    } else if (!(error instanceof LockLostError || error instanceof LockTimeoutError)) {
      passLog.failedUnexpectedly();
      log.error({ crm, purchaseId, error: error.message, stack: error.stack }, "pass failed unexpectedly");
    }
  }

  /** @returns when the job shall be tried again without this attempt counting; undefined where it counts */
  async function waitUntil(error: Error, job: Job<JobData>): Promise<number | undefined> {
    return await patience.until(error, {
      failedAt: job.data.failedAt,
      isLast: triesUsedUp(triesOf(job), error) !== undefined,
      noteFailure: (failedAt) => job.updateData({ ...job.data, failedAt }),
    });
  }

  /** A notification that came in while an attempt was failing does not sit out that attempt's backoff. */
  async function backoff(attemptsMade: number, error: unknown, job: { data?: JobData } | undefined): Promise<number> {
    const purchaseId = job?.data?.purchaseId;
    if (purchaseId !== undefined) {
      const { state } = await deps.ledger.load(purchaseId);
      const newer = await inbox.read(purchaseId, state?.seq ?? 0, 1);
      if (newer.length > 0) return SHORT_DELAY_MS;
    }
    return backoffDelay(attemptsMade, error, deps.backoffMs, Date.now());
  }

  const worker = new Worker<JobData, PassSummary>(queueName(crm), run, {
    connection: deps.redis,
    prefix: deps.keys.prefix,
    ...(deps.telemetry && { telemetry: deps.telemetry }),
    concurrency: deps.concurrency,
    lockDuration: deps.lockMs,
    stalledInterval: Math.ceil(deps.lockMs / 3),
    maxStalledCount: MAX_TAKEOVERS,
    settings: { backoffStrategy: (made, _type, error, job) => backoff(made ?? 1, error, job) },
  });
  const stopShedding = takeUpWithin(worker, { most: deps.concurrency, isTight: deps.isTight });
  worker.on("failed", (job, error) => {
    if (job?.finishedOn === undefined || job.id === undefined) return;
    park(job.data.purchaseId, job.id, error).catch(reportError);
  });
  worker.on("error", reportError);

  function reportError(error: unknown): void {
    log.error({ crm, error: String(error) }, "worker error");
  }

  let probing: NodeJS.Timeout | undefined;
  async function probe(): Promise<void> {
    const wasClosed = (await gate.state()) !== undefined;
    const open = await gate.tryOpen(deps.connector);
    const ended = await gate.endPause(Date.now());
    if (ended !== undefined) log.info({ crm, by: ended.by, reason: ended.reason }, "the time of a pause is over");
    if (!wasClosed) await patience.watch();
    else if (open) log.info({ crm }, "the CRM accepts us again; the queue goes on");
  }
  function probeLater(): void {
    probing = setTimeout(() => void probe().catch(reportError).finally(probeLater), deps.probeMs);
  }
  probeLater();

  return {
    async close(graceMs) {
      clearTimeout(probing);
      stopShedding();
      await closeWorker(worker, graceMs);
    },
  };
}

/** This one included. */
function triesOf(job: Job<JobData>): Tries {
  return { made: job.attemptsMade + 1, most: job.opts.attempts ?? 1 };
}
