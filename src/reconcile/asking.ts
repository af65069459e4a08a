/** Asks BookingBug what notifications left open: jobs of a queue of their own, beside the passes and in nobody's way. */
import { DelayedError, type Job, UnrecoverableError, Worker } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import { BookingBugError } from "../bookingbug/errors.ts";
import { ASK_QUEUE, type Question, question } from "../inbox/ask-queue.ts";
import type { RedisClient } from "../redis/client.ts";
import { closeWorker } from "../redis/close-worker.ts";
import { doubled } from "../redis/doubled.ts";
import type { Keys } from "../redis/keys.ts";
import { type AskDeps, ask } from "./ask.ts";

interface AskingOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly log: ConnectorLog;
  /** Undefined where BookingBug cannot be asked. */
  readonly asking: (AskDeps & { readonly flush: () => Promise<void> }) | undefined;
  /** Milliseconds after which a job of a dead worker is taken over. */
  readonly lockMs: number;
  /** Milliseconds to wait after a job's first failure. */
  readonly backoffMs: number;
}

interface Asking {
  /** What BookingBug holds up for longer is taken over later. */
  stop(graceMs: number): Promise<void>;
}

/** Requests have one turn over all processes; what waits for BookingBug to come back shall not hold up the others. */
const CONCURRENCY = 4;
const MAX_TAKEOVERS = 100;
const LONGEST_BACKOFF_MS = 10 * 60_000;
/** Of a booking that BookingBug does not know; half a minute. */
const UNKNOWN_TRIES = 6;

/** Notifications of the purchase came each time it was read. */
class OvertakenError extends Error {
  override readonly name = "OvertakenError";
}

export function startAsking({ redis, keys, log, asking, lockMs, backoffMs }: AskingOptions): Asking {
  if (asking === undefined) return { stop: async () => {} };

  const run = async (job: Job<Question>, token?: string): Promise<void> => {
    const asked = question.parse(job.data);
    const answer = await ask(asking, asked).catch(unlessHopeless);
    log.info({ ...asked, ...answer }, "asked BookingBug");
    if (answer.kind === "later") {
      await job.moveToDelayed(answer.at, token);
      throw new DelayedError();
    }
    if (answer.kind === "unknown_purchase" && asked.about === "booking") throw unknown(asked.bookingId, job);
    if (answer.kind !== "read") return;
    if (answer.outcome === "overtaken") throw new OvertakenError("The purchase was overtaken; it is read again.");
    await asking.flush();
  };
  const worker = new Worker<Question>(ASK_QUEUE, run, {
    connection: redis,
    prefix: keys.prefix,
    concurrency: CONCURRENCY,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    maxStalledCount: MAX_TAKEOVERS,
    settings: { backoffStrategy: (made, _type, error) => backoff(made ?? 1, error, backoffMs) },
  });
  worker.on("error", (error) => log.error({ error: String(error) }, "asking BookingBug failed"));
  worker.on("failed", (job, error) => log.warn({ ...job?.data, error: error.message }, "BookingBug did not answer"));
  return {
    async stop(graceMs) {
      await closeWorker(worker, graceMs);
    },
  };
}

/** BookingBug may name a booking before its own API knows it. */
function unknown(bookingId: string, { attemptsMade }: Job<Question>): Error {
  const message = `BookingBug named booking ${bookingId}, and its API does not know it.`;
  return attemptsMade + 1 < UNKNOWN_TRIES ? new Error(message) : new UnrecoverableError(message);
}

/** What a refused sign-in leaves unasked waits until it may be tried again; what it gave and is refused will not do. */
function unlessHopeless(error: unknown): never {
  if (error instanceof BookingBugError && !error.retry) throw new UnrecoverableError(error.message);
  throw error;
}

/** Never before BookingBug says. */
function backoff(made: number, error: unknown, firstMs: number): number {
  const retryAt = error instanceof BookingBugError && "retryAt" in error ? error.retryAt : undefined;
  return Math.max(
    doubled(made, firstMs, LONGEST_BACKOFF_MS),
    retryAt instanceof Date ? retryAt.getTime() - Date.now() : 0,
  );
}
