/** Connections to Redis, each with the patience its purpose needs. */
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { parseRedisUrl, type RedisAddress } from "./url.ts";

/** One server (found through Sentinel or not), or a Cluster: the commands are the same. */
export type RedisClient = Redis | Cluster;

/** The servers that hold keys: the one, or a Cluster's primaries once it has told them. */
export async function primariesOf(redis: RedisClient): Promise<readonly Redis[]> {
  if (!(redis instanceof Cluster)) return [redis];
  await redis.ping();
  return redis.nodes("master");
}

export interface RedisTarget {
  /** What `parseRedisUrl` reads. */
  readonly url: string;
  /** Whether the certificate of a server that speaks TLS must be signed by a known authority. */
  readonly verifyTls: boolean;
}

export type RedisPurpose = "edge" | "worker";

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

const PATIENCE = { edge: EDGE, worker: WORKER };

/**
 * @param purpose `edge`: commands fail after about four seconds without Redis; `worker`: they wait for ever
 * @param onError told of each failed try to connect
 */
export function createRedis(target: RedisTarget, purpose: RedisPurpose, onError: (error: Error) => void): RedisClient {
  const address = parseRedisUrl(target.url);
  if (address === undefined) throw new TypeError("The Redis URL was not checked before.");
  const tls = address.tls ? { rejectUnauthorized: target.verifyTls } : undefined;
  const redis = address.kind === "cluster" ? toCluster(address, purpose, tls) : toServer(address, purpose, tls);
  redis.on("error", onError);
  return redis;
}

/**
 * ioredis leaves a client that is told to disconnect while it waits for its next try in that state for ever, and who waits
 * for its end, as a BullMQ worker that closes does, with it (taskforcesh/bullmq#4656). Taken for one that was never
 * connected, it ends.
 */
function ending(redis: Redis): Redis {
  const [disconnect, duplicate] = [redis.disconnect.bind(redis), redis.duplicate.bind(redis)];
  redis.disconnect = (reconnect = false) => {
    if (!reconnect && redis.status === "reconnecting") redis.status = "wait";
    disconnect(reconnect);
  };
  redis.duplicate = ((override?: Partial<RedisOptions>) => ending(duplicate(override))) as Redis["duplicate"];
  return redis;
}

type Tls = { readonly rejectUnauthorized: boolean } | undefined;

function toServer(address: Exclude<RedisAddress, { kind: "cluster" }>, purpose: RedisPurpose, tls: Tls): Redis {
  const options = {
    ...PATIENCE[purpose],
    // After a failover the old primary answers like this: the name leads to the new one.
    reconnectOnError: (error: Error) => (error.message.startsWith("READONLY") ? (2 as const) : false),
    ...(tls && { tls }),
  };
  if (address.kind === "single") return ending(new Redis(address.url, options));
  const { hosts, name, credentials, sentinelPassword } = address;
  return ending(
    new Redis({
      ...options,
      ...credentials,
      name,
      sentinels: [...hosts],
      sentinelRetryStrategy: PATIENCE[purpose].retryStrategy,
      ...(sentinelPassword !== undefined && { sentinelPassword }),
      ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    }),
  );
}

function toCluster(
  { hosts, credentials }: Extract<RedisAddress, { kind: "cluster" }>,
  purpose: RedisPurpose,
  tls: Tls,
): Cluster {
  const { retryStrategy, ...node } = PATIENCE[purpose];
  return new Cluster([...hosts], {
    redisOptions: { ...node, ...credentials, ...(tls && { tls }) },
    clusterRetryStrategy: retryStrategy,
    enableAutoPipelining: purpose === "edge",
    // What the edge cannot send is tried again by whoever wants it sent; kept here, it would outlive the sender.
    enableOfflineQueue: purpose === "worker",
    // A node's certificate is made out to its name, which a look-up of our own would lose.
    ...(tls && { dnsLookup: (address, callback) => callback(null, address) }),
  });
}
