/** Connections to Redis, each with the patience its purpose needs. */
import { Redis } from "ioredis";

export interface RedisTarget {
  /** redis://, rediss:// or the path of a unix socket. */
  readonly url: string;
  /** Whether the certificate of a rediss:// server must be signed by a known authority. */
  readonly verifyTls: boolean;
}

const RECONNECT_MAX_MS = 1_000;

/**
 * The web edge waits out a short outage and reports a longer one. It reconnects eagerly, since every sender waits for
 * it; gives a command up after 4 s; drops what waits after about 20 tries to reconnect, so that a long outage does not
 * fill the memory; and takes a connection on which nothing comes back for dead.
 */
const EDGE = {
  retryStrategy: (times: number) => Math.min(200, 50 * times),
  maxRetriesPerRequest: 20,
  commandTimeout: 4_000,
  connectTimeout: 1_500,
  socketTimeout: 5_000,
  enableAutoPipelining: true,
};

/** A worker's commands wait for as long as it takes, as BullMQ asks of its connections. */
const WORKER = {
  retryStrategy: (times: number) => Math.min(RECONNECT_MAX_MS, 50 * times),
  maxRetriesPerRequest: null,
};

/**
 * @param purpose `edge`: commands fail after about four seconds without Redis; `worker`: they wait for ever
 * @param onError told of each failed try to connect
 */
export function createRedis(target: RedisTarget, purpose: "edge" | "worker", onError: (error: Error) => void): Redis {
  const redis = new Redis(target.url, {
    ...(purpose === "edge" ? EDGE : WORKER),
    // After a failover the old primary answers like this: the name leads to the new one.
    reconnectOnError: (error: Error) => (error.message.startsWith("READONLY") ? (2 as const) : false),
    ...(target.url.startsWith("rediss:") && { tls: { rejectUnauthorized: target.verifyTls } }),
  });
  redis.on("error", onError);
  return redis;
}
