/** What walks found and could not read back, so that each night does not tell of the same once more. */
import type { BookingRow } from "../bookingbug/rows.ts";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

export interface Unmended {
  /** It could not be read back. @returns whether that is new */
  leave(row: BookingRow): Promise<boolean>;
  /** It was read back. @returns whether no walk before told of it */
  mend(row: BookingRow): Promise<boolean>;
}

const MOST = 10_000;
const KEPT_SECONDS = 60 * DAY_SECONDS;

export function createUnmended({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): Unmended {
  return {
    async leave(row) {
      const results = await redis
        .multi()
        .zadd(keys.unmended, "NX", Date.now(), changeOf(row))
        .zremrangebyrank(keys.unmended, 0, -MOST - 1)
        .expire(keys.unmended, KEPT_SECONDS)
        .exec();
      return results?.[0]?.[1] === 1;
    },
    mend: async (row) => (await redis.zrem(keys.unmended, changeOf(row))) === 0,
  };
}

/** A booking that was changed once more is another thing that never came. */
function changeOf({ id, updated_at }: BookingRow): string {
  return `${id} ${updated_at?.getTime() ?? ""}`;
}
