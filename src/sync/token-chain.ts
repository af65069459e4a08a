/**
 * The newest token of a CRM that changes it with each use, in Redis for all processes: sealed, exchanged by one process at
 * a time. The configured token only begins the chain; by its digest it is known when another one was configured.
 *
 * Between the CRM's answer and what is stored lies a moment in which a process that ends takes the newest token with it.
 * Nothing can bring it back, so the use of a token is noted before: whoever is refused with it later knows why.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CrmError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import type { TokenChain, TokenChains, TokenKeeping } from "../../connectors/tokens.ts";
import type { RedisClient } from "../redis/client.ts";
import { digest, type Keys } from "../redis/keys.ts";
import { createLocks } from "../redis/locks.ts";
import { withScripts } from "../redis/scripts.ts";
import { createSeal } from "./seal.ts";

interface TokenChainDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly onError: (error: unknown) => void;
}

/** KEYS: token. ARGV: serial that must be there, the next one, first, former, sealed token or "". */
const KEEP_SCRIPT = `
if (redis.call('HGET', KEYS[1], 'serial') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'serial', ARGV[2], 'first', ARGV[3], 'former', ARGV[4])
redis.call('HDEL', KEYS[1], 'begun', 'token')
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'token', ARGV[5]) end
return 1
`;

interface Commands {
  crmSyncKeepToken(
    key: string,
    serial: number,
    next: number,
    first: string,
    former: string,
    sealed: string,
  ): Promise<number>;
}

/** A process that ends while it has the token to itself keeps the others waiting for so long. */
const LOCK_MS = 15_000;
/** Many processes that start at one moment sign in one after the other. */
const LOCK_WAIT_MS = 60_000;
/** So long a sign-in waits for its token to be kept; then it goes on, and the keeping beside it. */
const KEEP_MS = 5_000;
const AGAIN_MS = 500;
/** Configured tokens that are remembered as having been replaced. */
const FORMER = 20;

interface Kept {
  readonly serial: number;
  /** Digest of the configured token that the chain began with, and of those of earlier chains. */
  readonly first: string;
  readonly former: readonly string[];
  /** Undefined as long as the first has not changed. */
  readonly sealed: string | undefined;
  readonly begun: { readonly digest: string; readonly at: Date } | undefined;
}

export function createTokenChains({ redis, keys, crm, onError }: TokenChainDeps): TokenChains {
  const key = keys.token(crm);
  const commands = withScripts<Commands>(redis, { crmSyncKeepToken: { numberOfKeys: 1, lua: KEEP_SCRIPT } });
  const locks = createLocks({ redis, keys, ttlMs: LOCK_MS, waitMs: LOCK_WAIT_MS });

  return ({ first, secret }): TokenChain => {
    const seal = createSeal(secret, key);
    const own = digest(first);
    let keeping: TokenKeeping = "fixed";
    let storing: Promise<void> = Promise.resolve();

    /** A process that was configured before the last change goes on with the chain that there is now. */
    async function look(): Promise<{ kept: Kept; token: string; isNew: boolean }> {
      const kept = keptIn(await redis.hgetall(key));
      const isNew = kept.first !== own && !kept.former.includes(own);
      if (isNew || kept.sealed === undefined) return { kept, token: first, isNew };
      const token = seal.open(kept.sealed);
      if (token === undefined) throw unreadable(crm);
      keeping = "kept";
      return { kept, token, isNew };
    }

    function keep({ serial, first: known, former }: Kept, isNew: boolean, next: string | undefined): Promise<void> {
      const [begins, before] = isNew ? [own, [known, ...former].filter(Boolean).slice(0, FORMER)] : [known, former];
      const sealed = next === undefined ? "" : seal.close(next);
      const write = () => commands.crmSyncKeepToken(key, serial, serial + 1, begins, before.join(" "), sealed);
      if (next !== undefined) keeping = "lost";
      return untilDone(async () => {
        // Where another serial is there, a chain was begun anew meanwhile, or our own reply was lost.
        await write();
        keeping = next === undefined ? "fixed" : "kept";
      });
    }

    async function untilDone(work: () => Promise<void>): Promise<void> {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          onError(error);
          if (redis.status === "end") return;
          await sleep(AGAIN_MS, undefined, { ref: false });
        }
      }
    }

    const patiently = (work: Promise<void>) => Promise.race([work, sleep(KEEP_MS, undefined, { ref: false })]);

    return {
      keeping: () => keeping,
      load: () => toCrmErrors(crm, async () => (await look()).token),
      exchange: (work) =>
        toCrmErrors(crm, async () => {
          if (keeping === "lost") await patiently(storing);
          if (keeping === "lost") throw new Error("What Redis has is not the newest token.");
          return await locks.withLocks([`token:${crm}`], async () => {
            const { kept, token, isNew } = await look();
            const used = digest(token);
            const unanswered = kept.begun?.digest === used ? kept.begun.at : undefined;
            await redis.hset(key, "begun", `${used} ${(unanswered ?? new Date()).toISOString()}`);
            const forget = () => redis.hdel(key, "begun").catch(onError);
            const { value, next: given } = await work({ token, unanswered }).catch(async (error: unknown) => {
              if (isAnswered(error) && unanswered === undefined) await forget();
              throw error;
            });
            const next = given === token ? undefined : given;
            if (next === undefined && !isNew) await forget();
            else {
              storing = keep(kept, isNew, next);
              await patiently(storing);
            }
            return value;
          });
        }),
    };
  };
}

function keptIn({ serial = "0", first = "", former = "", token, begun = "" }: Record<string, string>): Kept {
  const [used, at] = begun.split(" ");
  return {
    serial: Number(serial),
    first,
    former: former.split(" ").filter(Boolean),
    sealed: token,
    begun: used && at ? { digest: used, at: new Date(at) } : undefined,
  };
}

/** A refusal leaves the token as it was; of what never came nobody knows. */
function isAnswered(error: unknown): boolean {
  return error instanceof CrmError && !(error instanceof UnavailableError);
}

function unreadable(crm: string): UnauthorisedError {
  const why =
    `The newest refresh token for ${crm} was kept under another client secret and cannot be read. Sign the integration ` +
    "user in anew and set the new refresh token.";
  return new UnauthorisedError(why, { code: "TOKEN_UNREADABLE" });
}

async function toCrmErrors<T>(crm: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CrmError) throw error;
    const code = error instanceof Error ? error.name : "unknown";
    throw new UnavailableError(`The newest refresh token for ${crm} could not be had from Redis (${code}).`, {
      cause: error,
    });
  }
}
