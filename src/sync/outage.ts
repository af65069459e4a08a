/**
 * Whether a CRM answers at all: a fact about the CRM, which every worker shares. Only calls tell: a pass that asked
 * nothing says nothing about it, and whatever the CRM said, a refusal too, is an answer.
 */
import type { Connector } from "../../connectors/connector.ts";
import { UnavailableError } from "../../connectors/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { wrapped } from "./wrapped.ts";

/** Times are Redis' own, in milliseconds, so that workers on several machines agree. */
export interface Silence {
  readonly now: number;
  /** How long calls have failed without one that was answered; undefined when the last was. */
  readonly silentMs: number | undefined;
  /** When a call was last answered; 0 when none is remembered. */
  readonly answeredAt: number;
}

export interface Outage {
  /** @returns the connector, of whose calls it is noted whether they were answered */
  witness(connector: Connector): Connector;
  look(): Promise<Silence>;
}

type Fate = "answered" | "silent" | "unasked";

/** KEYS: outage. ARGV: the fate of a call, seconds to remember it. Returns now, since when all is silent, last answer. */
const TELL_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if ARGV[1] == 'answered' then
  redis.call('HSET', KEYS[1], 'answered', now)
  redis.call('HDEL', KEYS[1], 'since')
elseif ARGV[1] == 'silent' then
  redis.call('HSETNX', KEYS[1], 'since', now)
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
local since = redis.call('HGET', KEYS[1], 'since')
return { now, tonumber(since or 0), tonumber(redis.call('HGET', KEYS[1], 'answered') or 0) }
`;

interface OutageCommands {
  crmSyncTell(key: string, fate: Fate, seconds: number): Promise<[now: number, since: number, answered: number]>;
}

const REMEMBERED_SECONDS = DAY_SECONDS;
/** A process that has just said the same does not say it for every record of a batch. */
const SAID_MS = 100;

export function createOutage(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly onError: (error: unknown) => void;
}): Outage {
  const key = options.keys.outage(options.crm);
  const redis = withScripts<OutageCommands>(options.redis, { crmSyncTell: { numberOfKeys: 1, lua: TELL_SCRIPT } });
  let said: { readonly fate: Fate; readonly at: number } | undefined;

  function tell(fate: Fate): void {
    const at = Date.now();
    if (said?.fate === fate && at - said.at < SAID_MS) return;
    said = { fate, at };
    redis.crmSyncTell(key, fate, REMEMBERED_SECONDS).catch(options.onError);
  }

  async function noted<T>(call: Promise<T>): Promise<T> {
    try {
      const result = await call;
      tell("answered");
      return result;
    } catch (error) {
      tell(error instanceof UnavailableError ? "silent" : "answered");
      throw error;
    }
  }

  return {
    witness: (connector) =>
      wrapped(connector, {
        find: (query) => noted(connector.find(query)),
        save: (write) => noted(connector.save(write)),
        probe: () => noted(connector.probe()),
      }),

    async look() {
      const [now, since, answeredAt] = await redis.crmSyncTell(key, "unasked", REMEMBERED_SECONDS);
      return { now, silentMs: since === 0 ? undefined : now - since, answeredAt };
    },
  };
}
