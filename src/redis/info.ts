/** What a Redis server says of itself. */
import type { Redis } from "ioredis";

/** @returns one section of INFO, by name */
export async function infoSection(redis: Redis, name: string): Promise<ReadonlyMap<string, string>> {
  const text = await redis.info(name);
  const pairs = text.split(/\r?\n/).map((line) => line.split(":"));
  return new Map(pairs.flatMap(([key, value]) => (key && value !== undefined ? [[key, value] as const] : [])));
}
