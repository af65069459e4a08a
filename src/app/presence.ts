/** A web process notes that it is there; where there was none for a while, BookingBug is asked for what it posted then. */

import { createWalkQueue, walkAfter } from "../reconcile/walk-queue.ts";
import { repeat } from "../redis/repeat.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

const BEAT_MS = 20_000;

/** @returns what ends it */
export function keepPresence({ config, log }: Base, { redis, keys, presence }: Parts): () => Promise<void> {
  const tell = (error: unknown): void =>
    log.error({ error: String(error) }, "that a web process is there could not be noted");
  const isAsked = config.bookingbugApi !== undefined && config.reconcileEvery !== "off";
  const queue = isAsked ? createWalkQueue(redis, keys, tell) : undefined;
  const beat = async (): Promise<void> => {
    const absence = await presence.beat();
    // Each time, since the process that found it may have died before it said so.
    if (absence !== undefined && queue !== undefined) await walkAfter(queue, absence);
  };
  const first = beat().catch(tell);
  const stop = repeat(beat, BEAT_MS, tell);
  return async () => {
    stop();
    await first;
    await queue?.close();
  };
}
