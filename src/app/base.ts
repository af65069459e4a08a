/** What every process and command begins with: its configuration, log, mappings and Redis. */
import { join } from "node:path";
import type { Telemetry } from "bullmq";
import type { Logger } from "pino";
import { connectors } from "../../connectors/index.ts";
import { createLosses, type Losses } from "../audit/losses.ts";
import { type Config, loadConfig } from "../config/config.ts";
import type { EnvironmentRecord } from "../config/environment.ts";
import { logMappings } from "../mapping/in-force.ts";
import { type LiveMappings, openMappings } from "../mapping/live.ts";
import { createRedis, type RedisClient, type RedisTarget } from "../redis/client.ts";
import { startEmbeddedRedis } from "../redis/embedded.ts";
import { createKeys, type Keys } from "../redis/keys.ts";
import { createLog } from "./log.ts";

import { createTelemetry } from "./telemetry.ts";

/** The parts that both processes share. */
export interface Base {
  /** Of the process. */
  readonly name: string;
  readonly config: Config;
  /** What it was configured with, for a process that it starts. */
  readonly environment: EnvironmentRecord;
  readonly log: Logger;
  readonly keys: Keys;
  readonly redis: RedisTarget;
  /** Followed by the processes while they run; what is in force may change at any time. */
  readonly mappings: LiveMappings;
  /** Undefined while jobs are not traced. */
  readonly telemetry: Telemetry | undefined;
  /** Of lines for the audit trail, for the process' own metrics. */
  readonly losses: Losses;
  readonly stopRedis: () => Promise<void>;
}

export interface Running {
  /** Finishes or returns the work in hand. */
  stop(): Promise<void>;
}

/** @throws ConfigError, MappingFileError, NoMappingError: the process cannot do its work */
export async function prepare(environment: EnvironmentRecord, name: string): Promise<Base> {
  const config = loadConfig(environment, connectors);
  const log = createLog(config, name);
  const mappings = await openMappings({
    folder: config.mappingsDir,
    crms: config.crms.map(({ crm }) => crm),
    onChange: logMappings(log),
  });
  const { redis, stopRedis } = await findRedis(config);
  return {
    name,
    config,
    environment,
    log,
    keys: createKeys(config.keyPrefix),
    redis,
    mappings,
    telemetry: await createTelemetry(config.tracing),
    losses: createLosses(),
    stopRedis,
  };
}

/** The Redis that is configured, or one of our own, started. */
export async function findRedis({ redis }: Config): Promise<{ redis: RedisTarget; stopRedis: () => Promise<void> }> {
  if (redis.kind === "external") return { redis, stopRedis: async () => {} };
  const embedded = await startEmbeddedRedis(join(redis.dataDir, "redis"));
  return { redis: { url: embedded.url, verifyTls: true }, stopRedis: embedded.stop };
}

/** A connection to the process' Redis. */
export function connect({ redis, log }: Base, purpose: "edge" | "worker"): RedisClient {
  return createRedis(redis, purpose, (error) => log.warn({ error: error.message }, "Redis connection"));
}
