/** Looks whether this Redis can keep what was acknowledged. */
import type { Redis } from "ioredis";
import { primariesOf, type RedisClient } from "./client.ts";
import { infoSection } from "./info.ts";

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

async function inspectNode(redis: Redis): Promise<RedisFinding[]> {
  const memory = await infoSection(redis, "memory");
  const persistence = await infoSection(redis, "persistence");
  const replication = await infoSection(redis, "replication");
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

async function withoutAppendOnlyFile(redis: Redis): Promise<RedisFinding> {
  const saves = await savesSnapshots(redis);
  if (saves === undefined) {
    const message =
      "Redis has no append-only file, and whether it keeps snapshots must not be asked: see that the plan keeps its data. " +
      "A crash forgets what came after the last snapshot, and everything where there are none.";
    return { severity: "note", message };
  }
  if (saves) {
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

/** @returns undefined where that must not be asked, as on hosted ones */
async function savesSnapshots(redis: Redis): Promise<boolean | undefined> {
  try {
    const answer = (await redis.config("GET", "save")) as string[];
    return (answer[1] ?? "") !== "";
  } catch {
    return undefined;
  }
}
