/** The failed list read from its oldest on, for who works through all of it: what fails again meanwhile is newer, and not met twice. */
import type { RedisClient } from "../redis/client.ts";
import { type Place, readOn, type Stretch } from "../redis/in-order.ts";
import type { Keys } from "../redis/keys.ts";

/** @param causeId only those of one cause. Times of the stretch are milliseconds since the epoch. */
export async function failedInOrder(
  { redis, keys }: { readonly redis: RedisClient; readonly keys: Keys },
  crm: string,
  causeId: string | undefined,
  stretch: Stretch,
): Promise<Place[]> {
  if (causeId === undefined) return await readOn(redis, keys.failedByTime(crm), stretch);
  const { after, from, to, limit } = stretch;
  const first = after === undefined ? `[${causeId}:${from}:` : `(${causeId}:${after.at}:${after.id}`;
  const last = `(${causeId}:${to};`;
  const places = await redis.zrangebylex(keys.failedByCause(crm), first, last, "LIMIT", 0, limit);
  return places.map((place) => {
    const [, at = "", ...id] = place.split(":");
    return { at: Number(at), id: id.join(":") };
  });
}
