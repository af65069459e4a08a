/**
 * The gate of a CRM: closed while nothing sent to it can succeed (credentials refused, day's allocation spent, CRM
 * down), so that no job burns its attempts. Every worker probes a closed gate; the first whose probe succeeds opens it.
 */

import { z } from "zod";
import type { Connector } from "../../connectors/connector.ts";
import { RateLimitedError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import type { SyncQueue } from "../inbox/queues.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { GATE_REASONS } from "./gate-reasons.ts";

const gateState = z.object({
  reason: z.enum(GATE_REASONS),
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
  /** One try to open a closed gate; jobs that sat out a backoff go on at once then. @returns whether it is open now */
  tryOpen(connector: Pick<Connector, "probe">): Promise<boolean>;
  /**
   * Whether the CRM accepts us. Asks the CRM only when nobody has done so for a while; the workers do at their start.
   *
   * @returns undefined when it does, else why not
   */
  check(connector: Pick<Connector, "probe">): Promise<string | undefined>;
  /** Notes that the CRM has just accepted us. */
  confirm(): Promise<void>;
}

/** How long a successful probe is believed by those who only want to know. */
const BELIEVED_SECONDS = 3_600;

export function createGate(redis: RedisClient, keys: Keys, crm: string, queue: SyncQueue): Gate {
  const key = keys.gate(crm);

  async function state(): Promise<GateState | undefined> {
    const text = await redis.get(key);
    return text === null ? undefined : gateState.parse(JSON.parse(text));
  }

  async function probe(
    connector: Pick<Connector, "probe">,
  ): Promise<UnauthorisedError | RateLimitedError | UnavailableError | undefined> {
    try {
      await connector.probe();
    } catch (error) {
      // Any other refusal is about the probe itself, and shows that the CRM answers and knows us.
      if (error instanceof UnauthorisedError || error instanceof RateLimitedError) return error;
      if (error instanceof UnavailableError) return error;
    }
    await confirm();
    return undefined;
  }

  async function confirm(): Promise<void> {
    await redis.set(keys.accepted(crm), "1", "EX", BELIEVED_SECONDS);
  }

  return {
    state,
    confirm,

    async check(connector) {
      const closed = await state();
      if (closed !== undefined) return `paused since ${closed.since}: ${closed.reason}`;
      if ((await redis.exists(keys.accepted(crm))) === 1) return undefined;
      return (await probe(connector))?.kind;
    },

    // Pausing comes before the gate shows as closed, and resuming before it shows as open: whatever a process that dies
    // in between leaves behind, the next look at the gate sets right.
    async close(next) {
      const current = await state();
      const since = current?.reason === next.reason ? current.since : next.since;
      await redis.set(keys.gatePause(crm), "1");
      await queue.pause();
      await redis
        .multi()
        .set(key, JSON.stringify({ ...next, since }))
        .del(keys.accepted(crm))
        .exec();
    },

    async tryOpen(connector) {
      const closed = await state();
      if (closed === undefined) {
        if ((await redis.exists(keys.gatePause(crm))) === 1) await goOn();
        return true;
      }
      if (closed.until !== undefined && Date.parse(closed.until) > Date.now()) return false;
      if ((await probe(connector)) !== undefined) return false;
      await goOn();
      return true;
    },
  };

  async function goOn(): Promise<void> {
    await queue.resume();
    await redis.del(key, keys.gatePause(crm));
    await queue.promoteJobs();
  }
}
