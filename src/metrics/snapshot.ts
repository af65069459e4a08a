/** How a CRM's queue stands now: what metrics, alerts and pages begin with. */

import type { SyncQueue } from "../inbox/queues.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { Gate, GateState } from "../sync/gate.ts";
import type { PauseState } from "../sync/pause.ts";

/** The parts of a CRM that can be looked at from any process. */
export interface ObservedCrm {
  readonly crm: string;
  readonly queue: SyncQueue;
  readonly gate: Pick<Gate, "state" | "pausedByHand">;
  /** Calls of the daily allocation left to the customer's other integrations. */
  readonly dailyReserve: number;
}

export interface Snapshot {
  readonly jobs: Readonly<Record<"waiting" | "active" | "delayed" | "failed", number>>;
  /** Nothing is taken from the queue: the gate is closed, or somebody pressed pause. */
  readonly paused: boolean;
  /** Somebody's pause, whether or not the gate is closed besides. */
  readonly pausedByHand: PauseState | undefined;
  /** Undefined while the CRM accepts us. */
  readonly gate: GateState | undefined;
  /** Purchases with an arrival that is neither applied nor failed. */
  readonly pending: number;
  /** Milliseconds since the oldest of those arrivals; 0 when nothing is pending. */
  readonly lagMs: number;
}

export async function takeSnapshot(redis: RedisClient, keys: Keys, observed: ObservedCrm): Promise<Snapshot> {
  const { crm, queue } = observed;
  const [counts, paused, pausedByHand, gate, pending, oldest] = await Promise.all([
    queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed"),
    queue.isPaused(),
    observed.gate.pausedByHand(),
    observed.gate.state(),
    redis.zcard(keys.pending(crm)),
    redis.zrange(keys.pending(crm), "0", "0", "WITHSCORES"),
  ]);
  const count = (...states: string[]): number => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const since = Number(oldest[1] ?? Number.NaN);
  return {
    jobs: {
      waiting: count("waiting", "prioritized"),
      active: count("active"),
      delayed: count("delayed"),
      failed: count("failed"),
    },
    paused,
    pausedByHand,
    gate,
    pending,
    lagMs: Number.isNaN(since) ? 0 : Math.max(0, Date.now() - since),
  };
}
