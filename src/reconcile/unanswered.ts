/** Questions to BookingBug that were given up: whatever they were about is missed until a walk reads it back. */
import { QueueKeys } from "bullmq";
import { ASK_QUEUE, FAILED_KEPT } from "../inbox/ask-queue.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { everyMs } from "./every.ts";
import type { Walk } from "./history.ts";
import { isWhole, type Plan } from "./standing.ts";

/**
 * How many were given up since the last walk over all that changed began, of those that came to their end.
 *
 * @param walks newest first
 */
export async function countUnanswered(
  { redis, keys }: { readonly redis: RedisClient; readonly keys: Keys },
  walks: readonly Walk[],
  { every, companies }: Plan,
  now: number,
): Promise<number> {
  // Nobody can ask, and no walk can read anything back: the settings say so.
  if (companies === undefined) return 0;
  const kept = now - FAILED_KEPT.age * 1_000;
  const begun = walks.filter((walk) => cameToItsEnd(walk) && isWhole(walk, companies, everyMs(every)));
  const since = Math.max(kept, ...begun.map(({ startedAt }) => Date.parse(startedAt)));
  // BullMQ keeps what failed by when it did.
  return await redis.zcount(new QueueKeys(keys.prefix).toKey(ASK_QUEUE, "failed"), since, "+inf");
}

function cameToItsEnd({ outcome: { kind } }: Walk): boolean {
  return kind === "complete" || kind === "uncounted";
}
