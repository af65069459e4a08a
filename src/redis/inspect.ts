/** Looks whether this Redis can keep what was acknowledged. */
import { primariesOf, type RedisClient } from "./client.ts";

export interface RedisFinding {
  /** `grave`: acknowledged notifications will be lost; a release is refused. `note`: they may be, in a crash. */
  readonly severity: "grave" | "note";
  /** What is wrong and what to set. */
  readonly message: string;
}

/**
 * @returns each setting that endangers notifications. A Redis that does not let us ask (hosted ones often forbid CONFIG)
 *   is judged by what INFO tells.
 */
export async function inspectRedis(redis: RedisClient): Promise<RedisFinding[]> {
  const nodes = await primariesOf(redis);
  const findings = (await Promise.all(nodes.map(inspectNode))).flat();
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}

async function inspectNode(redis: RedisClient): Promise<RedisFinding[]> {
  const memory = await section(redis, "memory");
  const persistence = await section(redis, "persistence");
  const replication = await section(redis, "replication");
  const findings: RedisFinding[] = [];
  if (replication.get("role") === "slave") {
    findings.push(grave("Redis is a replica and takes no writes. Set REDIS_URL to the primary."));
  }
  const policy = memory.get("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    findings.push(
      grave(`Redis evicts keys (maxmemory-policy ${policy}): acknowledged notifications can vanish. Set noeviction.`),
    );
  }
  if (persistence.get("aof_enabled") === "0") findings.push(await withoutAppendOnlyFile(redis));
  return findings;
}

async function withoutAppendOnlyFile(redis: RedisClient): Promise<RedisFinding> {
  if (await savesSnapshots(redis)) {
    const message =
      "Redis keeps snapshots only: a crash forgets what came after the last. Turn the append-only file on.";
    return { severity: "note", message };
  }
  return grave(
    "Redis keeps nothing on disk: a restart forgets acknowledged notifications. Turn the append-only file on, or take " +
      "a plan that keeps its data.",
  );
}

function grave(message: string): RedisFinding {
  return { severity: "grave", message };
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
