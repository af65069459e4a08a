/** Reconciles by itself, again and again: one job for all processes, taken over from one that dies, which goes on where it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type Asked, type ReconcileDeps, reconcile } from "./reconcile.ts";

/** `night`: at two in the morning, UTC. */
type Every = "off" | "night" | { readonly everyMs: number };

interface ScheduleOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly log: ConnectorLog;
  readonly every: Every;
  /** Undefined where BookingBug cannot be asked. */
  readonly reconciling: ReconcileDeps | undefined;
  readonly companies: readonly string[];
}

interface Schedule {
  /** A walk that BookingBug holds up for longer is taken over later. */
  stop(graceMs: number): Promise<void>;
}

const QUEUE = "reconcile";
const SCHEDULER = "reconcile";
const DAY_MS = 86_400_000;
const NIGHT = "0 2 * * *";
/** Until it is gone. */
const HANDOVER_MS = 1_000;
const KEPT = { age: 30 * 86_400, count: 100 };

/** What is scheduled is in Redis: it is taken out where nobody wants it any more. */
export async function startSchedule(options: ScheduleOptions): Promise<Schedule> {
  const { redis, keys, log, every, reconciling, companies } = options;
  const tell = (error: unknown): void => log.error({ error: String(error) }, "reconciling failed");
  const queue = new Queue(QUEUE, { connection: redis, prefix: keys.prefix });
  queue.on("error", tell);
  if (reconciling === undefined || every === "off") {
    await queue.removeJobScheduler(SCHEDULER);
    await queue.close();
    return { stop: async () => {} };
  }
  const when = every === "night" ? { pattern: NIGHT, tz: "UTC" } : { every: every.everyMs };
  await queue.upsertJobScheduler(SCHEDULER, when, { opts: { removeOnComplete: KEPT, removeOnFail: KEPT } });
  await queue.setGlobalConcurrency(1);

  let isStopping = false;
  const deps = unlessStopped(reconciling, () => isStopping);
  // What changed since the last but one as well: one of them may have failed.
  const lastMs = 2 * (every === "night" ? DAY_MS : every.everyMs);
  const asked: Asked = { companies, windows: [{ kind: "changed", lastMs }], dryRun: false };
  const run = async (): Promise<void> => {
    try {
      await walk(deps, asked, log);
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      // Whoever is there next goes on.
      await queue.add(QUEUE, {}, { delay: HANDOVER_MS, removeOnComplete: KEPT, removeOnFail: KEPT });
    }
  };
  const worker = new Worker(QUEUE, run, { connection: redis, prefix: keys.prefix, concurrency: 1 });
  worker.on("error", tell);
  worker.on("failed", (_, error) => tell(error));
  return {
    async stop(graceMs) {
      isStopping = true;
      await Promise.race([worker.close(), sleep(graceMs, undefined, { ref: false })]);
      await queue.close();
    },
  };
}

async function walk(deps: ReconcileDeps, asked: Asked, log: ConnectorLog): Promise<void> {
  for (;;) {
    const { outcome, resumed, counts } = await reconcile(deps, asked);
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

function unlessStopped(deps: ReconcileDeps, isStopping: () => boolean): ReconcileDeps {
  const { bookingbug } = deps;
  const going = (): void => {
    if (isStopping()) throw new StoppedError("The process ends.");
  };
  return {
    ...deps,
    bookingbug: {
      ...bookingbug,
      async *listBookings(query) {
        for await (const page of bookingbug.listBookings(query)) {
          going();
          yield page;
        }
      },
      async readPurchase(place, id) {
        going();
        return await bookingbug.readPurchase(place, id);
      },
    },
  };
}
