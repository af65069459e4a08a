/** Redis comes back from most outages within seconds; whoever asked can be spared from learning of them. */
import { setTimeout as sleep } from "node:timers/promises";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 400;

/** Redis did not do it in time. Whether it still will is unknown. */
class OutOfPatienceError extends Error {
  readonly kind = "out_of_patience";

  constructor(cause: unknown) {
    super("Redis did not store it in time.", { cause });
    this.name = "OutOfPatienceError";
  }
}

/**
 * Repeats `work` until it succeeds. A connection that breaks answers the commands under way with an error although
 * the next try would succeed, so `work` must be harmless to repeat.
 *
 * @throws OutOfPatienceError after `patienceMs` milliseconds, whether `work` failed or did not answer
 */
export async function withPatience<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OutOfPatienceError(undefined)), patienceMs);
  });
  // It may end during a pause, when nobody listens.
  over.catch(() => {});
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await Promise.race([work(), over]);
      } catch (error) {
        if (error instanceof OutOfPatienceError) throw error;
        if (Date.now() + pauseMs >= deadline) throw new OutOfPatienceError(error);
      }
      await sleep(pauseMs);
    }
  } finally {
    clearTimeout(timer);
  }
}
