/** The end of a BullMQ worker that a process which stops can wait for. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "bullmq";

/**
 * Stops taking jobs and waits for those under way, at most `graceMs` milliseconds: what is not done then is taken over by
 * another process once the lock of its job has run out. A worker that cannot reach Redis closes no sooner.
 */
export async function closeWorker(worker: Pick<Worker, "close">, graceMs: number): Promise<void> {
  const late = new AbortController();
  const outOfTime = sleep(graceMs, undefined, { signal: late.signal }).catch(() => {});
  await Promise.race([worker.close(), outOfTime]);
  late.abort();
}
