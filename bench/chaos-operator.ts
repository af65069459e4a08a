/** The operator of a chaos run: decides as the command does, while everything is killed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Tools } from "../src/app/tools.ts";
import { decide, takeBack } from "../src/operate/decide.ts";
import { NotAskedError, NothingToTakeBackError } from "../src/operate/decision-errors.ts";
import type { Memory } from "./chaos-memory.ts";
import type { Family, Step } from "./chaos-world.ts";

export interface Operator {
  /** Until it is done; what fails for another reason than that it is settled is tried again. */
  act(step: Exclude<Step, { kind: "tell" }>): Promise<void>;
  /** How many decisions were stored, one taken back included. */
  decided: number;
  /** How often there was nothing to decide or to take back at the first look. */
  refused: number;
}

const BY = { crm: "salesforce", by: "operator" } as const;
const PAUSE_MS = 100;

export function createOperator(tools: Tools, memory: Memory, deadline: number): Operator {
  const inbox: Tools["inbox"] = {
    ...tools.inbox,
    async store(arrival) {
      await tools.inbox.store(arrival);
      memory.acknowledged(arrival.deliveryId);
      operator.decided += 1;
    },
  };
  const deps = { ...tools, inbox };

  async function once(step: Parameters<Operator["act"]>[0]): Promise<void> {
    const { purchaseId, bookingId } = step;
    if (step.kind === "take_back") return await takeBack(deps, { purchaseId, bookingId }, BY);
    const answer = { purchaseId, holdId: undefined, bookingId, verdict: step.verdict, othersActive: false };
    await decide(deps, answer, BY);
  }

  const operator: Operator = {
    decided: 0,
    refused: 0,
    async act(step) {
      for (let isFirst = true; ; isFirst = false) {
        try {
          return await once(step);
        } catch (error) {
          if (error instanceof NotAskedError || error instanceof NothingToTakeBackError) {
            if (isFirst) operator.refused += 1;
            return;
          }
          if (Date.now() > deadline) throw error;
        }
        await sleep(PAUSE_MS);
      }
    },
  };
  return operator;
}

/** Answers once more what is asked, as it is in truth: of two bookings of which one was cancelled, BookingBug's word is no answer. */
export async function answerAll(tools: Tools, families: readonly Family[], operator: Operator): Promise<void> {
  const bookings = families.flatMap(({ purchases }) => purchases).flatMap((purchase) => purchase.bookings);
  const cancelled = new Set(bookings.filter((one) => one.cancelled).map(({ id }) => id));
  const asked = new Map<string, string>();
  for (const { crm } of tools.crms) {
    for (const { purchaseId, failures } of await tools.syncLog.failed(crm, undefined, { offset: 0, limit: 10_000 })) {
      const about = failures.flatMap(({ hold }) => (hold !== undefined && "bookingIds" in hold ? hold.bookingIds : []));
      for (const bookingId of about) asked.set(bookingId, purchaseId);
    }
  }
  for (const [bookingId, purchaseId] of asked) {
    const verdict = cancelled.has(bookingId) ? "cancelled" : "active";
    await operator.act({ kind: "decide", purchaseId, bookingId, verdict });
  }
}
