/** Posts events to the hook, signed, until it takes each: at least once, in no promised order. */
import { createHmac } from "node:crypto";
import { Worker } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import { postJson } from "../http/post-json.ts";
import type { RedisClient } from "../redis/client.ts";
import { closeWorker } from "../redis/close-worker.ts";
import { doubled } from "../redis/doubled.ts";
import type { Keys } from "../redis/keys.ts";
import { EVENTS_QUEUE, type PostedEvent } from "./events.ts";

export interface Hook {
  readonly url: string;
  /** What signatures are made with. */
  readonly secret: string;
}

interface PostingOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly log: ConnectorLog;
  readonly hook: Hook;
  readonly lockMs: number;
  /** Milliseconds to wait after an event's first failure. */
  readonly backoffMs: number;
}

const AT_ONCE = 4;
const LONGEST_BACKOFF_MS = 10 * 60_000;

/** The hook's answer is no acceptance; without its URL, which may hold a secret. */
class NotTakenError extends Error {
  readonly kind = "not_taken";
  override readonly name = "NotTakenError";
}

export function startPosting(options: PostingOptions): { stop(graceMs: number): Promise<void> } {
  const { redis, keys, log, hook, lockMs, backoffMs } = options;
  const worker = new Worker<PostedEvent>(EVENTS_QUEUE, (job) => post(hook, job.data), {
    connection: redis,
    prefix: keys.prefix,
    concurrency: AT_ONCE,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    maxStalledCount: 1_000,
    settings: {
      backoffStrategy: (made) => doubled(made ?? 1, backoffMs, LONGEST_BACKOFF_MS),
    },
  });
  worker.on("error", (error) => log.error({ error: String(error) }, "posting events failed"));
  worker.on("failed", (job, error) => {
    const said = { event: job?.id, error: error.message };
    if (job?.finishedOn === undefined) log.warn(said, "an event was not taken, and is posted again");
    else log.error(said, "an event was not taken, and is given up");
  });
  return {
    async stop(graceMs) {
      await closeWorker(worker, graceMs);
    },
  };
}

async function post({ url, secret }: Hook, event: PostedEvent): Promise<void> {
  const body = JSON.stringify(event);
  const answer = await postJson(url, body, {
    "x-crm-sync-event": event.id,
    "x-crm-sync-signature": signature(secret, body, Math.floor(Date.now() / 1000)),
  });
  if (answer.kind !== "accepted") throw new NotTakenError(answer.problem);
}

/** @param seconds since the epoch: the receiver refuses what is old @returns `t=…,v1=…`, as the documentation says */
function signature(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}
