/**
 * Reconciles by itself, again and again: one job for all processes, taken over from one that dies, which goes on where it was
 * at BookingBug.
 */
import { type Job, Worker } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { RedisClient } from "../redis/client.ts";
import { closeWorker } from "../redis/close-worker.ts";
import type { Keys } from "../redis/keys.ts";
import { type Every, everyMs } from "./every.ts";
import type { Walk } from "./history.ts";
import { type NotedDeps, walkNoted } from "./noted.ts";
import type { Asked } from "./reconcile.ts";
import { createWalkQueue, KEEP, WALKS, type WalkJob } from "./walk-queue.ts";

interface ScheduleOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly log: ConnectorLog;
  readonly every: Every;
  /** Undefined where BookingBug cannot be asked. */
  readonly reconciling: NotedDeps | undefined;
  readonly companies: readonly string[];
}

interface Schedule {
  /** A walk that BookingBug holds up for longer is taken over later. */
  stop(graceMs: number): Promise<void>;
}

const SCHEDULER = "reconcile";
const NIGHT = "0 2 * * *";
/** Until it is gone. */
const HANDOVER_MS = 1_000;

/** What is scheduled is in Redis: it is taken out where nobody wants it any more. */
export async function startSchedule(options: ScheduleOptions): Promise<Schedule> {
  const { redis, keys, log, every, reconciling, companies } = options;
  const tell = (error: unknown): void => log.error({ error: String(error) }, "reconciling failed");
  const queue = createWalkQueue(redis, keys, tell);
  if (every === "off" || reconciling === undefined) {
    await queue.removeJobScheduler(SCHEDULER);
    await queue.close();
    return { stop: async () => {} };
  }
  const when = every === "night" ? { pattern: NIGHT, tz: "UTC" } : { every: every.everyMs };
  await queue.upsertJobScheduler(SCHEDULER, when, { opts: KEEP });
  await queue.setGlobalConcurrency(1);

  const stopping = new AbortController();
  const { signal } = stopping;
  const deps = unlessStopped(reconciling, signal);
  // What changed since the last but one as well: one of them may have failed.
  const ownMs = 2 * everyMs(every);
  const run = async ({ data }: Job<WalkJob>): Promise<void> => {
    const lastMs = Math.max(ownMs, data.lastMs ?? 0);
    try {
      await walk(deps, { companies, windows: [{ kind: "changed", lastMs }] }, data.by ?? "schedule", log);
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      // Whoever is there next goes on.
      await queue.add(WALKS, data, { ...KEEP, delay: HANDOVER_MS });
    }
  };
  const worker = new Worker<WalkJob>(WALKS, run, { connection: redis, prefix: keys.prefix, concurrency: 1 });
  worker.on("error", tell);
  worker.on("failed", (_, error) => tell(error));
  return {
    async stop(graceMs) {
      stopping.abort(new StoppedError("The process ends."));
      await closeWorker(worker, graceMs);
      await queue.close();
    },
  };
}

async function walk(deps: NotedDeps, asked: Omit<Asked, "dryRun">, by: Walk["by"], log: ConnectorLog): Promise<void> {
  for (;;) {
    const { outcome, resumed, counts } = await walkNoted(deps, asked, by);
    const broken = outcome.kind === "broke_off" ? { why: outcome.error.message } : {};
    log.info({ outcome: outcome.kind, ...broken, ...counts }, "compared with BookingBug");
    // One that was taken up again says nothing of what changed since it began.
    if (!resumed || outcome.kind === "broke_off") return;
  }
}

/** The process ends, and the walk with it, before the next question to BookingBug. */
class StoppedError extends Error {
  override readonly name = "StoppedError";
}

function unlessStopped(deps: NotedDeps, signal: AbortSignal): NotedDeps {
  const { bookingbug } = deps;
  return {
    ...deps,
    bookingbug: {
      ...bookingbug,
      async *listBookings(query) {
        for await (const page of bookingbug.listBookings(query)) {
          signal.throwIfAborted();
          yield page;
        }
      },
      async readPurchase(place, id) {
        signal.throwIfAborted();
        return await bookingbug.readPurchase(place, id);
      },
    },
  };
}
