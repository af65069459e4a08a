/** What was found the last time a CRM was looked at, in Redis. Names of fields, and not what is in them. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

const count = z.int().nonnegative();
const place = { purchaseId: z.string(), section: z.string(), object: z.string(), id: z.string() };

const difference = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("gone"), ...place }),
  z.object({ kind: z.literal("merged"), into: z.string(), ...place }),
  z.object({ kind: z.literal("differs"), fields: z.array(z.string()), ...place }),
]);
export type KeptDifference = z.infer<typeof difference>;

const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["complete", "share_used"]) }),
  z.object({ kind: z.literal("broke_off"), why: z.string() }),
]);

const verdict = z.object({
  by: z.enum(["schedule", "command"]),
  /** ISO UTC. */
  startedAt: z.string(),
  outcome,
  purchases: count,
  /** Purchases of which nothing is said, since something of them waited, failed or was held. */
  underWay: count,
  records: count,
  calls: count,
  different: z.object({ gone: count, merged: count, differs: count }),
  /** The first of them. */
  differences: z.array(difference),
});
export type KeptVerdict = z.infer<typeof verdict>;

/** `ended` is the last one that did not break off: what it found stays true until another one ends. */
export interface LastVerdicts {
  readonly last: KeptVerdict;
  readonly ended: KeptVerdict | undefined;
}

export interface Verdicts {
  note(crm: string, verdict: KeptVerdict): Promise<void>;
  /** @returns undefined where the CRM was not looked at, or too long ago */
  of(crm: string): Promise<LastVerdicts | undefined>;
  /** Of purchases whose person is forgotten, nothing is named. */
  leaveOut(crm: string, purchaseIds: ReadonlySet<string>): Promise<void>;
}

export function createVerdicts(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionDays: number;
}): Verdicts {
  const { redis, keys } = options;
  const keptSeconds = options.retentionDays * DAY_SECONDS;

  async function of(crm: string): Promise<LastVerdicts | undefined> {
    const [last, ended] = (await redis.hmget(keys.verdict(crm), "last", "ended")).map(read);
    const isKept = ended !== undefined && Date.now() - Date.parse(ended.startedAt) < keptSeconds * 1_000;
    return last && { last, ended: isKept ? ended : undefined };
  }

  return {
    async note(crm, found) {
      const text = JSON.stringify(found);
      const fields = found.outcome.kind === "broke_off" ? { last: text } : { last: text, ended: text };
      await redis.multi().hset(keys.verdict(crm), fields).expire(keys.verdict(crm), keptSeconds).exec();
    },
    of,
    async leaveOut(crm, purchaseIds) {
      const kept = await of(crm);
      if (kept === undefined) return;
      for (const [field, found] of Object.entries({ last: kept.last, ended: kept.ended })) {
        const left = found?.differences.filter(({ purchaseId }) => !purchaseIds.has(purchaseId)) ?? [];
        if (found === undefined || left.length === found.differences.length) continue;
        await redis.hset(keys.verdict(crm), field, JSON.stringify({ ...found, differences: left }));
      }
    },
  };
}

/** @returns undefined where there is none, or one of another version */
function read(text: string | null): KeptVerdict | undefined {
  return text === null ? undefined : verdict.safeParse(JSON.parse(text)).data;
}

/** What may be said of the CRM: one that broke off has not seen it all. */
export function toldBy({ last, ended }: LastVerdicts): KeptVerdict {
  return ended ?? last;
}
