/** Starting, following and stopping jobs on many, for pages and commands: the work itself is a worker's. */
import { randomUUID } from "node:crypto";
import { Queue } from "bullmq";
import type { PlannedRepair } from "../drift/repair.ts";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import type { ActingRequest, BulkRequest, ImpactRequest, RepairRequest } from "./request.ts";
import { type Bulk, type BulkStore, createBulkStore } from "./store.ts";

export const BULK_QUEUE = "bulk";

/** What is asked for is in the store. */
export interface BulkJob {
  readonly id: string;
  /** It waits for a CRM that is paused, and let others go first. */
  readonly gaveWay?: true;
}

export interface Bulks extends Pick<BulkStore, "read" | "newest"> {
  /** @param total of those that are meant now @returns its id */
  start(request: Exclude<ActingRequest, RepairRequest>, by: string, total: number): Promise<string>;
  /** @param mapping the file's text, without mistakes @param total of the purchases there are @returns its id */
  startImpact(request: ImpactRequest, by: string, total: number, mapping: string): Promise<string>;
  /** Exactly these are repaired. @returns its id */
  startRepair(request: RepairRequest, by: string, plan: readonly PlannedRepair[]): Promise<string>;
  /** Nothing more is taken up from now on. @returns undefined where there is none, or it is over */
  stop(id: string, by: string): Promise<Bulk | undefined>;
  readonly store: BulkStore;
  close(): Promise<void>;
}

/** With up to ten minutes in between, several hours. */
export const ATTEMPTS = 50;
const KEPT = { age: DAY_SECONDS, count: 100 };
const EVENTS_KEPT = 1_000;

export function createBulks(options: {
  readonly redis: RedisClient;
  /** Where the queue's commands go. */
  readonly queueRedis: RedisClient;
  readonly keys: Keys;
  readonly retentionDays: number;
  readonly onError: (error: unknown) => void;
}): Bulks {
  const { queueRedis, keys, onError } = options;
  const store = createBulkStore(options);
  const queue = new Queue<BulkJob>(BULK_QUEUE, {
    connection: queueRedis,
    prefix: keys.prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  queue.on("error", onError);

  async function start(
    request: BulkRequest,
    by: string,
    total: number,
    mapping?: string,
    id: string = randomUUID(),
  ): Promise<string> {
    await store.add(id, { request, by, at: new Date().toISOString(), total }, mapping);
    const often = { attempts: ATTEMPTS, backoff: { type: "custom" } };
    // One at a time over all processes: two would halve each other, and gain nothing.
    await queue.setGlobalConcurrency(1);
    await queue.add(BULK_QUEUE, { id }, { ...often, jobId: id, removeOnComplete: KEPT, removeOnFail: KEPT });
    return id;
  }

  return {
    store,
    read: (id) => store.read(id),
    newest: (page) => store.newest(page),

    start,
    startImpact: start,

    async startRepair(request, by, plan) {
      const id = randomUUID();
      await store.keepPlan(id, plan);
      return await start(request, by, plan.length, undefined, id);
    },

    async stop(id, by) {
      const bulk = await store.read(id);
      if (bulk === undefined || bulk.end !== undefined) return undefined;
      await store.stop(id, by);
      // One that nobody works on ends here; whoever has it in hand sees that it is stopped.
      await queue.remove(id).catch(() => 0);
      if ((await queue.getJob(id)) === undefined) await store.end(id, "stopped");
      return await store.read(id);
    },

    close: () => queue.close(),
  };
}
