/** How what is not urgent is put into the queues, so that what is live never waits for it: imports, and jobs on many. */
import type { Config } from "../config/config.ts";
import type { QueueSettings } from "../inbox/queues.ts";

/** After all jobs of what is live, which have none. */
const PRIORITY = 10;
/** Enough to fill calls of the CRMs, and few beside what a worker has in hand. */
const MOST_WAITING = 200;
/**
 * Purchases that trickle in one by one take a call for each step of each of them, which live ones wait for where a CRM limits
 * its calls; gathered, they take as many calls as one does. Five seconds for as many as may wait, and less for fewer.
 */
const GATHER_MS_EACH = 25;

export function behindLive({ workerConcurrency }: Pick<Config, "workerConcurrency">, queueSettings: QueueSettings) {
  // A live notification always finds a free place in a worker.
  const mostWaiting = Math.max(1, Math.min(MOST_WAITING, Math.floor(workerConcurrency / 2)));
  const togetherEveryMs = mostWaiting * GATHER_MS_EACH;
  return { mostWaiting, togetherEveryMs, settings: { ...queueSettings, priority: PRIORITY, togetherEveryMs } };
}
