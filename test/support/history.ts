/** A day of statistics, as a busy practice leaves them, so that the charts have something to show. */
import { RECEIVER } from "../../src/stats/buckets.ts";
import { add, emptyTally, writeTally } from "../../src/stats/tally.ts";
import type { TestSystem } from "./system.ts";

const FIVE_MINUTES_MS = 5 * 60_000;
const STRETCHES = 24 * 12;
/** Of the day's hours how busy each is, from midnight. */
const BUSY = [0, 0, 0, 0, 0, 1, 3, 8, 14, 18, 16, 12, 9, 13, 17, 15, 11, 7, 4, 2, 1, 1, 0, 0];

export async function playHistory({ redis, keys, queues }: TestSystem): Promise<void> {
  const now = Date.now();
  const pipeline = redis.pipeline();
  for (let stretch = 1; stretch < STRETCHES; stretch += 1) {
    const at = now - stretch * FIVE_MINUTES_MS;
    const busy = BUSY[(new Date(at).getUTCHours() + 9) % 24] ?? 0;
    const count = Math.round(busy * (0.7 + ((stretch * 37) % 11) / 16));
    const tally = emptyTally();
    add(tally.counts, RECEIVER, "received", count);
    for (const crm of Object.keys(queues)) {
      const superseded = Math.floor(count / 9);
      add(tally.counts, crm, "applied", count - superseded);
      add(tally.counts, crm, "superseded", superseded);
      if (stretch % 53 === 0) add(tally.counts, crm, "failed", 1);
      tally.waiting.set(crm, count > 14 ? count - 14 : 0);
    }
    writeTally(pipeline, keys, tally, at);
  }
  await pipeline.exec();
}
