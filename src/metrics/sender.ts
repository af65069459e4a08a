/** How BookingBug stands now: when it was last heard, last refused, and last posted to nowhere. What alerts and pages begin with. */
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

/** All in ISO UTC. */
export interface Sender {
  /** When a notification last arrived; absent when none is known to have. */
  readonly heard?: string;
  /** The last time that somebody who posted a notification was not let in. */
  readonly refused?: { readonly at: string; readonly address: string };
  /** The last time that it posted to an address that is none of ours, and to which. */
  readonly astray?: { readonly at: string; readonly path: string };
}

const KEPT_SECONDS = 30 * DAY_SECONDS;

export async function noteRefused(
  redis: RedisClient,
  keys: Keys,
  refused: NonNullable<Sender["refused"]>,
): Promise<void> {
  await note(redis, keys.refused, refused);
}

export async function noteAstray(redis: RedisClient, keys: Keys, astray: NonNullable<Sender["astray"]>): Promise<void> {
  await note(redis, keys.astray, astray);
}

async function note(redis: RedisClient, key: string, newest: Readonly<Record<string, string>>): Promise<void> {
  await redis.multi().hset(key, newest).expire(key, KEPT_SECONDS).exec();
}

export async function lookAtSender(redis: RedisClient, keys: Keys): Promise<Sender> {
  const [newest, { at, address }, { at: astrayAt, path }] = await Promise.all([
    redis.zrange(keys.recent, "-1", "-1", "WITHSCORES"),
    redis.hgetall(keys.refused),
    redis.hgetall(keys.astray),
  ]);
  const heard = Number(newest[1] ?? Number.NaN);
  return {
    ...(!Number.isNaN(heard) && { heard: new Date(heard).toISOString() }),
    ...(at !== undefined && address !== undefined && { refused: { at, address } }),
    ...(astrayAt !== undefined && path !== undefined && { astray: { at: astrayAt, path } }),
  };
}
