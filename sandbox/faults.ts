/** Things that go wrong on purpose: each rule says where, how often and what. */
import { z } from "zod";

const action = z.discriminatedUnion("type", [
  /** Answers with this instead of doing anything. */
  z.object({
    type: z.literal("status"),
    status: z.number(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
  }),
  /** Never answers; `after` the effect or before it. */
  z.object({ type: z.literal("timeout"), after: z.boolean() }),
  /** Closes the connection. */
  z.object({ type: z.literal("reset"), after: z.boolean() }),
  z.object({ type: z.literal("slow"), ms: z.number() }),
  /** One row of the batch fails for a reason that passes (a lock). */
  z.object({ type: z.literal("lock") }),
  /** Every row of a batch is refused so. */
  z.object({ type: z.literal("refuse_rows"), code: z.string(), message: z.string() }),
  /** The access token is no longer good. */
  z.object({ type: z.literal("expire_token") }),
  /** The session ends while a batch is under way: a 200 whose rows say so. */
  z.object({ type: z.literal("end_session") }),
  /** A 2xx that says nothing. */
  z.object({ type: z.literal("empty") }),
]);
export type FaultAction = z.infer<typeof action>;

export const faultRule = z.object({
  crm: z.enum(["salesforce", "hubspot", "bookingbug"]).optional(),
  /** A part of `METHOD /path`; every request when absent. */
  match: z.string().optional(),
  /** How many more requests it hits; without end when absent. */
  times: z.number().optional(),
  /** From 0 to 1; always when absent. */
  probability: z.number().optional(),
  action,
});
export type FaultRule = z.infer<typeof faultRule>;

export interface Faults {
  set(rules: readonly FaultRule[]): void;
  next(crm: string, methodAndPath: string): FaultAction | undefined;
}

/** @param random gives numbers from 0 to 1; pass a seeded one to repeat a run */
export function createFaults(random: () => number = Math.random): Faults {
  let rules: { rule: FaultRule; left: number }[] = [];
  return {
    set(next) {
      rules = next.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    next(crm, methodAndPath) {
      for (const entry of rules) {
        const { rule } = entry;
        const applies =
          entry.left > 0 &&
          (rule.crm === undefined || rule.crm === crm) &&
          (rule.match === undefined || methodAndPath.includes(rule.match)) &&
          (rule.probability === undefined || random() < rule.probability);
        if (!applies) continue;
        entry.left -= 1;
        return rule.action;
      }
      return undefined;
    },
  };
}
