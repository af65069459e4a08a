/** Events on their way to the hook: in a queue of their own, so that they survive what the receiver and we do meanwhile. */
import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { actionEvent, listedEvent, type OperatorEvent } from "./event.ts";

export const EVENTS_QUEUE = "events";

/** What is posted. */
export type PostedEvent = OperatorEvent & {
  /** The same however often it is posted. */
  readonly id: string;
  /** ISO UTC. */
  readonly at: string;
};

export interface Events {
  /** Whatever fails with it is told to `onError`, and nobody else: an event is in nobody's way. */
  emit(event: OperatorEvent): Promise<void>;
  close(): Promise<void>;
}

/** With up to ten minutes in between, some three hours. */
const ATTEMPTS = 25;
/** A receiver that is gone for long costs Redis no more than this. */
const MOST_WAITING = 20_000;
const FAILED_KEPT = 1_000;

export function createEvents(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly onError: (error: unknown) => void;
}): Events {
  const { redis, keys, onError } = options;
  const queue = new Queue<PostedEvent>(EVENTS_QUEUE, {
    connection: redis,
    prefix: keys.prefix,
    streams: { events: { maxLen: FAILED_KEPT } },
  });
  queue.on("error", onError);
  return {
    async emit(event) {
      try {
        if ((await queue.count()) >= MOST_WAITING) throw new Error("too many events wait for the hook; one is dropped");
        const id = randomUUID();
        const often = { attempts: ATTEMPTS, backoff: { type: "custom" } };
        const kept = { removeOnComplete: true, removeOnFail: FAILED_KEPT, stackTraceLimit: 1 };
        await queue.add(EVENTS_QUEUE, { id, at: new Date().toISOString(), ...event }, { jobId: id, ...often, ...kept });
      } catch (error) {
        onError(error);
      }
    },
    close: () => queue.close(),
  };
}

/** The sync log, told of while it is written. Where the process ends in between, whoever takes over writes and tells it again. */
export function telling(syncLog: SyncLog, { emit }: Pick<Events, "emit">): SyncLog {
  return {
    ...syncLog,
    async recordFailed(crm, purchaseId, jobId, failures, ...more) {
      await syncLog.recordFailed(crm, purchaseId, jobId, failures, ...more);
      await emit(listedEvent(crm, purchaseId, failures));
    },
    async unlist(crm, purchaseIds) {
      await syncLog.unlist(crm, purchaseIds);
      if (purchaseIds.length > 0) await emit({ kind: "off_the_list", crm, purchaseIds: [...purchaseIds] });
    },
    async recordAction(purchaseIds, action) {
      await syncLog.recordAction(purchaseIds, action);
      if (purchaseIds.length > 0) await emit(actionEvent(purchaseIds, action));
    },
  };
}
