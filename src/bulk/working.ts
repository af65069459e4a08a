/** The worker's part in jobs on many: one at a time over all processes, taken over from one that dies. */
import { DelayedError, type Job, Worker } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { RedisClient } from "../redis/client.ts";
import { closeWorker } from "../redis/close-worker.ts";
import { doubled } from "../redis/doubled.ts";
import type { Keys } from "../redis/keys.ts";
import { ATTEMPTS, BULK_QUEUE, type BulkJob } from "./bulks.ts";
import type { BulkDeps } from "./deps.ts";
import { runBulk } from "./run.ts";

interface WorkingOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly log: ConnectorLog;
  readonly bulk: BulkDeps;
  /** Milliseconds after which a job of a dead worker is taken over. */
  readonly lockMs: number;
  /** Milliseconds to wait after a job's first failure. */
  readonly backoffMs: number;
}

const MAX_TAKEOVERS = 1_000;
const LONGEST_BACKOFF_MS = 10 * 60_000;
/** Until the process that ends is gone. */
const HANDOVER_MS = 1_000;
/** Until a job whose CRM is paused is looked at again. */
const GIVEN_WAY_MS = 2_000;

export function startBulkWork({ redis, keys, log, bulk, lockMs, backoffMs }: WorkingOptions): {
  stop(graceMs: number): Promise<void>;
} {
  const stopping = new AbortController();
  const run = async (job: Job<BulkJob>, token?: string): Promise<void> => {
    const { id, gaveWay = false } = job.data;
    // Before it goes on: who goes down then leaves it as anybody who goes down does.
    if (gaveWay) await job.updateData({ id });
    const givesWay = await tried(job, token, gaveWay);
    if (!givesWay) return;
    await job.updateData({ id, gaveWay: true });
    await job.moveToDelayed(Date.now() + GIVEN_WAY_MS, token);
    throw new DelayedError();
  };
  const tried = async (job: Job<BulkJob>, token: string | undefined, gaveWay: boolean): Promise<boolean> => {
    const { id } = job.data;
    try {
      return await runBulk(bulk, id, stopping.signal, gaveWay);
    } catch (error) {
      if (stopping.signal.aborted) {
        await job.moveToDelayed(Date.now() + HANDOVER_MS, token);
        throw new DelayedError();
      }
      const why = error instanceof Error ? error.name : "unknown";
      if (job.attemptsMade + 1 >= ATTEMPTS) await bulk.store.end(id, "broke_off", why);
      throw error;
    }
  };
  const worker = new Worker<BulkJob>(BULK_QUEUE, run, {
    connection: redis,
    prefix: keys.prefix,
    concurrency: 1,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    maxStalledCount: MAX_TAKEOVERS,
    settings: {
      backoffStrategy: (made) => doubled(made ?? 1, backoffMs, LONGEST_BACKOFF_MS),
    },
  });
  worker.on("error", (error) => log.error({ error: String(error) }, "working on a job failed"));
  worker.on("failed", (job, error) => log.warn({ job: job?.id, error: error.name }, "a job is tried again"));
  return {
    async stop(graceMs) {
      stopping.abort();
      await closeWorker(worker, graceMs);
    },
  };
}
