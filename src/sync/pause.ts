/** A person's pause of a CRM: who paused it, why and until when. It ends by itself, or when somebody resumes. */
import { z } from "zod";
import type { SyncQueue } from "../inbox/queues.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { LIFT_SCRIPT, PAUSE_SCRIPT } from "./gate-scripts.ts";

const reasoned = z.object({
  by: z.string(),
  reason: z.string(),
  /** ISO UTC. */
  since: z.string(),
  /** ISO UTC: it ends by itself then; for good when absent. */
  until: z.string().optional(),
});
export type Reasoned = Readonly<z.infer<typeof reasoned>>;

export type PauseState =
  | ({ readonly kind: "reasoned" } & Reasoned)
  /** Somebody pressed pause on bull-board, which asks for no reason. */
  | { readonly kind: "in_the_queues" };

export interface Pause {
  /** Pauses, in place of a pause that there is. */
  pause(state: Reasoned): Promise<void>;
  /** Undefined while no person has paused the CRM. */
  pausedByHand(): Promise<PauseState | undefined>;
  /** Ends a person's pause. @returns whether there was one */
  liftPause(): Promise<boolean>;
  /** Ends a pause whose time is over. @param now in milliseconds since the epoch @returns the pause, where it ended */
  endPause(now: number): Promise<Reasoned | undefined>;
}

interface PauseCommands {
  crmSyncPause(numberOfKeys: number, ...keysAndArgs: string[]): Promise<number>;
  crmSyncLift(numberOfKeys: number, ...keysAndArgs: string[]): Promise<number>;
}

/** @param gateKeys of the gate and of the queue, as the gate's scripts name them */
export function createPause(
  client: RedisClient,
  options: {
    readonly keys: Keys;
    readonly crm: string;
    readonly queue: SyncQueue;
    readonly gateKeys: readonly string[];
  },
): Pause {
  const key = options.keys.pause(options.crm);
  const meta = options.queue.toKey("meta");
  const names = [...options.gateKeys, key];
  const redis = withScripts<PauseCommands>(client, {
    crmSyncPause: { lua: PAUSE_SCRIPT },
    crmSyncLift: { lua: LIFT_SCRIPT },
  });

  async function found(): Promise<{ readonly text: string; readonly state: Reasoned } | undefined> {
    const text = await redis.get(key);
    return text === null ? undefined : { text, state: reasoned.parse(JSON.parse(text)) };
  }

  return {
    async pause(state) {
      await redis.crmSyncPause(names.length, ...names, JSON.stringify(state));
    },

    async pausedByHand() {
      const by = await redis.hget(meta, "paused");
      if (by === null || by === "gate") return undefined;
      const known = by === "person" ? await found() : undefined;
      return known === undefined ? { kind: "in_the_queues" } : { kind: "reasoned", ...known.state };
    },

    async liftPause() {
      return (await redis.crmSyncLift(names.length, ...names, "")) === 1;
    },

    async endPause(now) {
      const known = await found();
      if (known?.state.until === undefined || Date.parse(known.state.until) > now) return undefined;
      const ended = await redis.crmSyncLift(names.length, ...names, known.text);
      return ended === 1 ? known.state : undefined;
    },
  };
}
