/** Connections to Redis, each with the patience its purpose needs. */
import { Redis } from "ioredis";

export interface RedisTarget {
  readonly url: string;
  readonly verifyTls: boolean;
}

/** A command of the web edge waits this long for Redis: a short outage costs nobody anything, a longer one is a 503. */
const EDGE_PATIENCE_MS = 4_300;
const RECONNECT_MAX_MS = 1_000;

/**
 * @param purpose `edge`: commands fail after about four seconds without Redis; `worker`: they wait for ever, as BullMQ
 *   asks
 */
export function createRedis(target: RedisTarget, purpose: "edge" | "worker", onError: (error: Error) => void): Redis {
  const common = {
    retryStrategy: (times: number) => Math.min(RECONNECT_MAX_MS, 50 * times),
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    ...(target.url.startsWith("rediss:") && { tls: { rejectUnauthorized: target.verifyTls } }),
  };
  const patience =
    purpose === "edge"
      ? { commandTimeout: EDGE_PATIENCE_MS, connectTimeout: EDGE_PATIENCE_MS, enableAutoPipelining: true }
      : {};
  const redis = new Redis(target.url, { ...common, ...patience });
  redis.on("error", onError);
  return redis;
}
