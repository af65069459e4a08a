/**
 * Counts what happens, in memory, and adds it to Redis every other second: nothing that is counted waits for it. A
 * process that is killed takes the last moments of its statistics with it, and nothing else.
 */
import type { CallReport, LimitReport } from "../../connectors/connector.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { bucketOf, CALL_BOUNDS_MS, LAG_BOUNDS_MS } from "./histogram.ts";
import { add, emptyTally, writeTally } from "./tally.ts";

/** Events that are counted per CRM, or by the receiver. */
export type CountedEvent =
  | "received"
  | "quarantined"
  | "ignored"
  | "refused"
  | "suppressed"
  | "astray"
  | "broken_off"
  | "applied"
  | "superseded"
  | "failed"
  | "held"
  | "left_out"
  | "calls"
  | "limited";

export interface Counters {
  count(scope: string, event: CountedEvent, by?: number): void;
  /** A pass ended, or failed; one that is tried again counts as one that failed each time. */
  pass(crm: string, how: "ended" | "failed"): void;
  /** From acknowledgement to applied. */
  lag(crm: string, ms: number): void;
  call(crm: string, report: CallReport): void;
  /** What the CRM said of its limits; the newest report counts. */
  limit(crm: string, report: LimitReport): void;
  /** How many purchases wait now. */
  waiting(crm: string, count: number): void;
  /** Adds what was counted to Redis. Never rejects. */
  flush(): Promise<void>;
  /** Flushes now and then until stopped; the returned function flushes once more. */
  start(): () => Promise<void>;
}

/** Every status a CRM answers with in practice; any other counts with its hundred, so that the list stays short. */
const STATUSES = new Set<CallReport["status"]>([
  "network",
  "timeout",
  ...[200, 201, 202, 204, 207, 300, 400, 401, 403, 404, 405, 408, 409, 413, 415, 423, 429, 431, 477],
  ...[500, 502, 503, 504, 521, 523, 524],
]);

const FLUSH_MS = 2_000;

export function createCounters(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly onError: (error: unknown) => void;
}): Counters {
  const { redis, keys, onError } = options;
  let tally = emptyTally();
  let running: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const taken = tally;
    tally = emptyTally();
    const pipeline = redis.pipeline();
    writeTally(pipeline, keys, taken, Date.now());
    if (pipeline.length === 0) return;
    const results = await pipeline.exec();
    for (const [error] of results ?? []) if (error !== null) throw error;
  }

  function flush(): Promise<void> {
    running = running.then(send).catch(onError);
    return running;
  }

  return {
    flush,

    count: (scope, event, by = 1) => add(tally.counts, scope, event, by),

    pass: (crm, how) => add(tally.recent, crm, `passes:${how}`, 1),

    lag(crm, ms) {
      add(tally.counts, crm, `lag:${bucketOf(LAG_BOUNDS_MS, ms)}`, 1);
      add(tally.lasting, crm, "lag:sum", Math.round(ms));
    },

    call(crm, { operation, status, durationMs }) {
      add(tally.counts, crm, "calls", 1);
      if (status === 429) add(tally.counts, crm, "limited", 1);
      add(tally.counts, crm, `call:${operation}:${statusLabel(status)}`, 1);
      add(tally.lasting, crm, `took:${operation}:${bucketOf(CALL_BOUNDS_MS, durationMs)}`, 1);
      add(tally.lasting, crm, `took:${operation}:sum`, Math.round(durationMs));
    },

    limit(crm, { window, limit, remaining }) {
      const report = JSON.stringify({ limit, remaining, at: new Date().toISOString() });
      tally.limits.set(crm, (tally.limits.get(crm) ?? new Map<string, string>()).set(window, report));
    },

    waiting: (crm, count) => void tally.waiting.set(crm, count),

    start() {
      const timer = setInterval(() => void flush(), FLUSH_MS);
      timer.unref();
      return async () => {
        clearInterval(timer);
        await flush();
      };
    },
  };
}

function statusLabel(status: CallReport["status"]): string {
  return STATUSES.has(status) ? String(status) : `${String(status).slice(0, 1)}xx`;
}
