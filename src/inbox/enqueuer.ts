/**
 * Puts purchases in the queues soon after they were stored, many at a time, outside the request that brought them.
 * Losing one to a crash costs a few seconds, not a booking: the sweeper finds what is pending without a job.
 */
import { enqueue, type QueueSettings, type SyncQueue } from "./queues.ts";

export interface Enqueuer {
  /** Never rejects and never waits. */
  soon(purchaseId: string): void;
  /** Resolves when everything asked for so far has been tried. */
  flush(): Promise<void>;
}

const GATHER_MS = 2;
const MAX_BATCH = 500;

export function createEnqueuer(options: {
  readonly queues: readonly SyncQueue[];
  readonly settings: QueueSettings;
  readonly onError: (error: unknown) => void;
}): Enqueuer {
  let waiting = new Set<string>();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function send(): Promise<void> {
    timer = undefined;
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, MAX_BATCH);
      waiting = new Set([...waiting].slice(MAX_BATCH));
      const results = await Promise.allSettled(options.queues.map((queue) => enqueue(queue, batch, options.settings)));
      for (const result of results) if (result.status === "rejected") options.onError(result.reason);
    }
  }

  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(send);
    return running;
  }

  return {
    soon(purchaseId) {
      waiting.add(purchaseId);
      timer ??= setTimeout(() => void start(), GATHER_MS);
    },
    flush: start,
  };
}
