/** A sorted set, however large, a page at a time. */
import type { RedisClient } from "./client.ts";

const PAGE = 500;

/** Its members in no order; one that comes or goes meanwhile may be missing. */
export async function* membersOf(redis: RedisClient, key: string): AsyncGenerator<string> {
  let cursor = "0";
  do {
    const [next, page] = await redis.zscan(key, cursor, "COUNT", PAGE);
    for (const [index, entry] of page.entries()) if (index % 2 === 0) yield entry;
    cursor = next;
  } while (cursor !== "0");
}
