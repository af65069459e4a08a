/** Whether Redis can be reached at all, and if not, which setting is to blame. */
import { setTimeout as sleep } from "node:timers/promises";
import { SetupError } from "../config/setup-error.ts";
import { createRedis, type RedisClient, type RedisTarget } from "../redis/client.ts";

/** Long enough for a Redis that is just being started. */
const PATIENCE_MS = 4_000;
/** A refusal that no waiting mends. */
const FINAL = /WRONGPASS|NOAUTH|invalid password|certificate|altname|wrong version number|ENOTFOUND/i;

/** @returns a connection that has answered; to be disconnected. @throws SetupError */
export async function reachRedis(target: RedisTarget): Promise<RedisClient> {
  let last = new Error("no answer");
  let refused: (error: Error) => void = () => {};
  const final = new Promise<never>((_resolve, reject) => {
    refused = reject;
  });
  const redis = createRedis(target, "worker", (error) => {
    last = rootOf(error);
    if (FINAL.test(describe(last))) refused(last);
  });
  const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() => Promise.reject(last));
  try {
    await Promise.race([redis.ping(), final, late]);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new SetupError(explain(error instanceof Error ? error : last), { cause: error });
  }
}

/** A Cluster and a Sentinel wrap what went wrong with the node they asked last. */
function rootOf(error: Error): Error {
  return "lastNodeError" in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
}

function describe(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return `${code} ${error.message}`.trim();
}

function explain(error: Error): string {
  const words = describe(error);
  if (/WRONGPASS|NOAUTH|invalid password/i.test(words)) {
    return "Redis refuses the password. Next: set REDIS_URL to the address with the current user name and password.";
  }
  if (/self.?signed|unable to verify|issuer/i.test(words)) {
    return (
      "Redis' certificate is not signed by a known authority. Next: if it is your own or Heroku's Redis, set " +
      "REDIS_TLS_REJECT_UNAUTHORIZED to false."
    );
  }
  if (/altname|certificate/i.test(words)) {
    return "Redis' certificate is not valid for this host. Next: set REDIS_URL to the name in the certificate.";
  }
  if (/wrong version number|EPROTO/i.test(words)) {
    return "Redis does not speak TLS on this port. Next: set REDIS_URL to redis:// instead of rediss://.";
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(words)) {
    return "Redis' host name is not known. Next: correct REDIS_URL; on Heroku, `heroku config:get REDIS_URL` has it.";
  }
  const why = /^[A-Z_]+$/.exec(words.split(" ")[0] ?? "")?.[0] ?? "no answer";
  return (
    `Redis cannot be reached (${why}). Next: check that it runs and that REDIS_URL names it; a server that wants TLS ` +
    "needs rediss:// instead of redis://."
  );
}
