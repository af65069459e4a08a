/** The Redis of a chaos run, and what becomes of it when it is killed. */
import { setTimeout as sleep } from "node:timers/promises";
import { startTestRedis } from "../test/support/redis.ts";
import { startFailoverRedis } from "../test/support/redis-failover.ts";

export type RedisMode =
  /** Comes back with its append-only file. */
  | { readonly kind: "restart"; readonly fsync: "always" | "everysec" }
  /** Does not come back: a replica takes over, to which everything is sent `lagMs` later. */
  | { readonly kind: "failover"; readonly fsync: "always" | "everysec"; readonly lagMs: number };

/**
 * Whether it may lose what it has acknowledged: a replica lacks what it was not sent, and with `everysec` Redis answers before it
 * has written while it waits for a slow disk.
 */
export function mayForget(mode: RedisMode): boolean {
  return mode.kind === "failover" || mode.fsync === "everysec";
}

export interface ChaosRedis {
  readonly url: string;
  /** `kill -9`. Resolves when there is a Redis again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Between its death and its return: what is sent meanwhile must be waited out or sent again. */
const AWAY_MS = 300;

export async function startChaosRedis(mode: RedisMode): Promise<ChaosRedis> {
  if (mode.kind === "failover") {
    const { url, failOver, stop } = await startFailoverRedis(mode.fsync, mode.lagMs);
    return { url, crash: () => failOver(AWAY_MS), stop };
  }
  const server = await startTestRedis({ fsync: mode.fsync });
  return {
    url: server.url,
    async crash() {
      await server.kill();
      await sleep(AWAY_MS);
      await server.restart();
    },
    stop: () => server.stop(),
  };
}
