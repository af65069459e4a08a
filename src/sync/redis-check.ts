/** Looks at start whether this Redis can keep what was acknowledged. */
import type { RedisClient } from "../config/redis.ts";

/**
 * @returns a sentence for each setting that endangers notifications. A Redis that does not let us ask (hosted ones often
 *   forbid CONFIG) is judged by what INFO tells.
 */
export async function redisWarnings(redis: RedisClient): Promise<string[]> {
  const memory = await section(redis, "memory");
  const persistence = await section(redis, "persistence");
  const warnings: string[] = [];
  const policy = memory.get("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    warnings.push(
      `Redis evicts keys (maxmemory-policy ${policy}): acknowledged notifications can vanish. Set noeviction.`,
    );
  }
  if (persistence.get("aof_enabled") === "0" && !(await savesSnapshots(redis))) {
    warnings.push(
      "Redis keeps nothing on disk: a restart forgets acknowledged notifications. Turn the append-only file on.",
    );
  } else if (persistence.get("aof_enabled") === "0") {
    warnings.push(
      "Redis keeps snapshots only: a crash forgets what came after the last. Turn the append-only file on.",
    );
  }
  return warnings;
}

async function section(redis: RedisClient, name: string): Promise<Map<string, string>> {
  const text = await redis.info(name);
  const pairs = text.split(/\r?\n/).map((line) => line.split(":"));
  return new Map(pairs.flatMap(([key, value]) => (key && value !== undefined ? [[key, value] as const] : [])));
}

async function savesSnapshots(redis: RedisClient): Promise<boolean> {
  try {
    const answer = (await redis.config("GET", "save")) as string[];
    return (answer[1] ?? "") !== "";
  } catch {
    return true;
  }
}
