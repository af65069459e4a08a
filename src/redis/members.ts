/** A sorted set, however large, a page at a time. */
import type { RedisClient } from "./client.ts";

const PAGE = 500;

/** Its members in no order; one that comes or goes meanwhile may be missing. */
export async function* membersOf(redis: RedisClient, key: string): AsyncGenerator<string> {
  for await (const page of memberPages(redis, key)) yield* page;
}

/** The same, many at once. */
export async function* memberPages(redis: RedisClient, key: string): AsyncGenerator<readonly string[]> {
  let cursor = "0";
  do {
    const [next, page] = await redis.zscan(key, cursor, "COUNT", PAGE);
    yield page.filter((_, index) => index % 2 === 0);
    cursor = next;
  } while (cursor !== "0");
}
