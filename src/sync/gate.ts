/**
 * The gate of a CRM: closed while nothing sent to it can succeed (credentials refused, day's allocation spent, CRM
 * down), so that no job burns its attempts. Every worker probes a closed gate; the first whose probe succeeds opens it.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Connector } from "../../connectors/connector.ts";
import type { Keys } from "../inbox/keys.ts";
import type { SyncQueue } from "../inbox/queues.ts";

const gateState = z.object({
  reason: z.enum(["unauthorised", "daily_limit", "unavailable"]),
  /** The CRM's words, without personal data. */
  detail: z.string(),
  /** ISO UTC. */
  since: z.string(),
  /** ISO UTC; not probed before. */
  until: z.string().optional(),
});
export type GateState = z.infer<typeof gateState>;

export interface Gate {
  close(state: GateState): Promise<void>;
  /** Undefined while the gate is open. */
  state(): Promise<GateState | undefined>;
  /** One try to open a closed gate. @returns whether it is open now */
  tryOpen(connector: Connector): Promise<boolean>;
}

export function createGate(redis: Redis, keys: Keys, crm: string, queue: SyncQueue): Gate {
  const key = keys.gate(crm);

  async function state(): Promise<GateState | undefined> {
    const text = await redis.get(key);
    return text === null ? undefined : gateState.parse(JSON.parse(text));
  }

  return {
    state,

    async close(next) {
      const current = await state();
      const since = current?.reason === next.reason ? current.since : next.since;
      await redis.set(key, JSON.stringify({ ...next, since }));
      await queue.pause();
    },

    async tryOpen(connector) {
      const closed = await state();
      if (closed === undefined) return true;
      if (closed.until !== undefined && Date.parse(closed.until) > Date.now()) return false;
      try {
        await connector.probe();
      } catch {
        // Still closed for the reason it has; the next probe will tell.
        return false;
      }
      await redis.del(key);
      await queue.resume();
      return true;
    },
  };
}
