/**
 * Purchases that BookingBug shall be asked about, in a queue of their own: whoever has it asked does not wait for the answer. A
 * purchase is there once, and once more for what comes while it is being read.
 */
import { type JobsOptions, Queue } from "bullmq";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

export const question = z.discriminatedUnion("about", [
  /** `number`: of the newest notification that left something open; a reading that began later answers it. */
  z.object({ about: z.literal("purchase"), purchaseId: z.string(), number: z.number() }),
  /** A booking that BookingBug named, and said nothing of. */
  z.object({ about: z.literal("booking"), bookingId: z.string() }),
]);
export type Question = z.infer<typeof question>;

export interface AskQueue {
  /** Resolved: it survives whatever happens to this process. */
  ask(asked: Question): Promise<void>;
  close(): Promise<void>;
}

export const ASK_QUEUE = "ask";

/** With up to ten minutes in between, some four hours. */
const ATTEMPTS = 30;
const COMPLETED_KEPT = { age: DAY_SECONDS, count: 1_000 };
export const FAILED_KEPT = { age: 30 * DAY_SECONDS, count: 1_000 };
const EVENTS_KEPT = 1_000;

export function createAskQueue(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly onError: (error: unknown) => void;
}): AskQueue {
  const { redis, keys, onError } = options;
  const queue = new Queue<Question>(ASK_QUEUE, {
    connection: redis,
    prefix: keys.prefix,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  queue.on("error", onError);
  return {
    async ask(asked) {
      await queue.add(ASK_QUEUE, asked, jobOptions(asked));
    },
    close: () => queue.close(),
  };
}

function jobOptions(asked: Question): JobsOptions {
  const id = asked.about === "purchase" ? `purchase-${asked.purchaseId}` : `booking-${asked.bookingId}`;
  return {
    attempts: ATTEMPTS,
    backoff: { type: "custom" },
    removeOnComplete: COMPLETED_KEPT,
    removeOnFail: FAILED_KEPT,
    stackTraceLimit: 3,
    deduplication: { id, keepLastIfActive: true },
  };
}
