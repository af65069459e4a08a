/**
 * The gate of a CRM: closed while nothing sent to it can succeed (credentials refused, day's allocation spent, CRM
 * down), so that no job burns its attempts. Every worker probes a closed gate; the first whose probe succeeds opens it.
 */
import { randomUUID } from "node:crypto";
import type { Connector } from "../../connectors/connector.ts";
import { MaintenanceError, RateLimitedError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import type { SyncQueue } from "../inbox/queues.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { CLOSE_SCRIPT, OPEN_SCRIPT } from "./gate-scripts.ts";
import { closedStill, type GateState, gateState, type Refusal } from "./gate-state.ts";
import { createPause, type Pause } from "./pause.ts";

export type { GateState } from "./gate-state.ts";

type Probed = Pick<Connector, "probe">;

export interface Gate extends Pause {
  close(state: GateState): Promise<void>;
  /** Undefined while the gate is open. */
  state(): Promise<GateState | undefined>;
  /** One try to open a closed gate; jobs that sat out a backoff go on at once then. @returns whether it is open now */
  tryOpen(connector: Probed): Promise<boolean>;
  /** Asks the CRM now, however long it asked to be left alone. @returns why the gate stays closed, if it does */
  askNow(connector: Probed): Promise<GateState | undefined>;
  /**
   * Whether the CRM accepts us. Asks the CRM only when nobody has done so for a while; the workers do at their start.
   *
   * @returns undefined when it does, else why not
   */
  check(connector: Probed): Promise<string | undefined>;
  /** Notes that the CRM has just accepted us. */
  confirm(): Promise<void>;
}

/** How long a successful probe is believed by those who only want to know. */
const BELIEVED_SECONDS = 3_600;
/** A CRM is asked again after this, whatever it said: it may have meant seconds, or be back sooner. */
const LONGEST_UNTIL_MS = 3_600_000;

interface GateCommands {
  crmSyncClose(numberOfKeys: number, ...keysAndArgs: string[]): Promise<number>;
  crmSyncOpen(numberOfKeys: number, ...keysAndArgs: string[]): Promise<number>;
}

export function createGate(client: RedisClient, keys: Keys, crm: string, queue: SyncQueue): Gate {
  const key = keys.gate(crm);
  const meta = queue.toKey("meta");
  const names = [key, meta, ...["marker", "events", "wait", "prioritized", "delayed"].map((name) => queue.toKey(name))];
  const redis = withScripts<GateCommands>(client, {
    crmSyncClose: { lua: CLOSE_SCRIPT },
    crmSyncOpen: { lua: OPEN_SCRIPT },
  });

  async function state(): Promise<GateState | undefined> {
    return parse(await redis.get(key));
  }

  async function close(next: GateState): Promise<void> {
    // The id tells it from the same state written before, so that a probe that began before it does not open it.
    const entry = JSON.stringify({ ...next, until: capped(next.until), id: randomUUID() });
    await redis.crmSyncClose(names.length + 1, ...names, keys.accepted(crm), entry);
  }

  async function probe(connector: Probed): Promise<Refusal | undefined> {
    try {
      await connector.probe();
    } catch (error) {
      // Any other refusal is about the probe itself, and shows that the CRM answers and knows us.
      if (error instanceof UnauthorisedError || error instanceof RateLimitedError) return error;
      if (error instanceof UnavailableError || error instanceof MaintenanceError) return error;
    }
    await confirm();
    return undefined;
  }

  async function confirm(): Promise<void> {
    await redis.set(keys.accepted(crm), "1", "EX", BELIEVED_SECONDS);
  }

  async function open(found: string): Promise<boolean> {
    if ((await redis.crmSyncOpen(names.length, ...names, found)) === 0) return false;
    await queue.promoteJobs();
    return true;
  }

  /** Nothing of ours leaves a queue paused by a gate that is not there; somebody who deletes keys does. */
  async function healed(): Promise<true> {
    await redis.crmSyncOpen(names.length, ...names, "");
    return true;
  }

  /** @returns whether the gate is open now */
  async function ask(connector: Probed, found: string): Promise<boolean> {
    const refusal = await probe(connector);
    if (refusal === undefined) return await open(found);
    await close(closedStill(parse(found), refusal));
    return false;
  }

  return {
    ...createPause(client, { keys, crm, queue, gateKeys: names }),
    close,
    state,
    confirm,

    async check(connector) {
      const closed = await state();
      if (closed !== undefined) return `paused since ${closed.since}: ${closed.reason}`;
      if ((await redis.exists(keys.accepted(crm))) === 1) return undefined;
      return (await probe(connector))?.kind;
    },

    async tryOpen(connector) {
      const found = await redis.get(key);
      const until = parse(found)?.until;
      if (found === null) return await healed();
      // Where a person has resumed the queue meanwhile, they want the CRM asked.
      if (until !== undefined && Date.parse(until) > Date.now() && (await queue.isPaused())) return false;
      return await ask(connector, found);
    },

    async askNow(connector) {
      const found = await redis.get(key);
      if (found === null || (await ask(connector, found))) return undefined;
      return await state();
    },
  };
}

function parse(text: string | null): GateState | undefined {
  return text === null ? undefined : gateState.parse(JSON.parse(text));
}

function capped(until: string | undefined): string | undefined {
  if (until === undefined) return undefined;
  return new Date(Math.min(Date.parse(until), Date.now() + LONGEST_UNTIL_MS)).toISOString();
}
