/** Lua scripts as commands of a connection: Redis runs one as a whole or not at all. */
import type { RedisClient } from "./client.ts";

interface Script {
  readonly lua: string;
  /** Left out where the first argument says it. */
  readonly numberOfKeys?: number;
}

/** @param scripts by the name of the command, each named in `Commands` with its arguments and answer */
export function withScripts<Commands>(
  redis: RedisClient,
  scripts: { readonly [Name in keyof Commands & string]: Script },
): RedisClient & Commands {
  for (const [name, script] of Object.entries<Script>(scripts)) redis.defineCommand(name, script);
  return redis as RedisClient & Commands;
}
