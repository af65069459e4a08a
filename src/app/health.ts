/** What the verdict takes, from the parts of a process; and that a process says that it is there. */
import { randomUUID } from "node:crypto";
import { type Facts, gatherFacts, type Limits } from "../health/facts.ts";
import { judge, type Verdict } from "../health/verdict.ts";
import type { Plan } from "../reconcile/standing.ts";
import { repeat } from "../redis/repeat.ts";
import { BEAT_MS, type ProcessKind } from "../stats/processes.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

export interface Health {
  readonly limits: Limits;
  facts(): Promise<Facts>;
  judge(facts: Facts): Verdict;
}

export function createHealthCheck({ config }: Base, parts: Parts): Health {
  const limits: Limits = { lagSeconds: config.alertLagSeconds, silenceHours: config.alertSilenceHours };
  const plan: Plan = { every: config.reconcileEvery, companies: config.bookingbugApi?.companies };
  return {
    limits,
    facts: () => gatherFacts({ ...parts, plan }),
    judge: (facts) => judge(facts, limits),
  };
}

/** A mapping that is refused is told at once, not with the next beat. */
const LOOK_MS = 1_000;

/** @returns what ends it */
export function keepAlive(kind: ProcessKind, { config, mappings, log }: Base, { processes }: Parts): () => void {
  const id = randomUUID();
  const crms = config.crms.map(({ crm }) => crm);
  let told: { readonly at: number; readonly rejected: number } | undefined;
  const beat = async (): Promise<void> => {
    const rejected = mappings.current().rejected?.length ?? 0;
    const at = Date.now();
    if (told?.rejected === rejected && at - told.at < BEAT_MS) return;
    await processes.beat(id, { kind, rejected, crms });
    told = { at, rejected };
  };
  const onError = (error: unknown): void =>
    log.error({ error: String(error) }, "that the process runs could not be noted");
  void beat().catch(onError);
  return repeat(beat, LOOK_MS, onError);
}
