/** Redis for commands that need nothing else of the service's parts. */
import { connectors } from "../../connectors/index.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { ConfigError, type ConfigProblem } from "../config/config-error.ts";
import type { EnvironmentRecord } from "../config/environment.ts";
import { reachRedis } from "../operate/reach-redis.ts";
import type { RedisClient } from "../redis/client.ts";
import { findRedis } from "./base.ts";

export interface ApartRedis {
  readonly redis: RedisClient;
  close(): Promise<void>;
}

/** @throws ConfigError */
export function apartConfig(environment: EnvironmentRecord): Config {
  return loadConfig({ LOG_LEVEL: "error", ...environment }, connectors);
}

export type ConfigReading =
  | { readonly kind: "complete"; readonly config: Config }
  | { readonly kind: "incomplete"; readonly problems: readonly ConfigProblem[] };

export function readConfig(environment: EnvironmentRecord): ConfigReading {
  try {
    return { kind: "complete", config: apartConfig(environment) };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: "incomplete", problems: error.problems };
    throw error;
  }
}

/** @throws SetupError when there is none to be had */
export async function openApartRedis(config: Config): Promise<ApartRedis> {
  const { redis: target, stopRedis } = await findRedis(config);
  try {
    const redis = await reachRedis(target);
    return {
      redis,
      async close() {
        redis.disconnect();
        await stopRedis();
      },
    };
  } catch (error) {
    await stopRedis();
    throw error;
  }
}
