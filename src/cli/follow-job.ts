/** Starts jobs on many from a terminal and follows them; they go on whatever becomes of the terminal. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Tools } from "../app/tools.ts";
import { countMeant } from "../bulk/meant.ts";
import { type ActingRequest, filterWords, type RepairRequest, unitOf } from "../bulk/request.ts";
import { type Bulk, overOf } from "../bulk/store.ts";
import { leftOutLines, STATE_WORDS, stateOf } from "../bulk/words.ts";
import type { PlannedRepair } from "../drift/repair.ts";
import { auditedCommand, operator } from "./audited.ts";
import { say, showProgress } from "./terminal.ts";

const POLL_MS = 300;
/** Nobody looks at a job that stands still for longer: it may wait for a CRM for hours. */
const STANDSTILL_MS = 10 * 60_000;

/** @returns its id; none where nothing is meant */
export async function startJob(
  tools: Tools,
  request: Exclude<ActingRequest, RepairRequest>,
): Promise<readonly string[]> {
  const total = await countMeant(tools, request);
  if (total === 0) return [];
  return await auditedCommand(tools, "start_job", async (concerns) => {
    concerns({ action: request.action, filter: filterWords(request).join(", "), purchases: total });
    const id = await tools.bulks.start(request, `${operator()} (crm-sync)`, total);
    concerns({ job: id });
    return [id];
  });
}

/** @returns its id */
export async function startRepair(tools: Tools, crm: string, plan: readonly PlannedRepair[]): Promise<string> {
  const request = { action: "repair_drift", crm } as const;
  return await auditedCommand(tools, "start_job", async (concerns) => {
    concerns({ action: request.action, filter: filterWords(request).join(", "), records: plan.length });
    const id = await tools.bulks.startRepair(request, `${operator()} (crm-sync)`, plan);
    concerns({ job: id });
    return id;
  });
}

/** Until all are over, or stand still for long. @returns as they are then */
export async function followJobs(tools: Pick<Tools, "bulks">, ids: readonly string[]): Promise<readonly Bulk[]> {
  const leave = (): void => {
    process.stderr.write(`\nThe job goes on. crm-sync jobs shows it, crm-sync jobs stop ${ids.join(" ")} stops it.\n`);
    process.exit(130);
  };
  process.once("SIGINT", leave);
  try {
    for (let [seen, since] = [-1, Date.now()]; ; ) {
      const bulks = (await Promise.all(ids.map((id) => tools.bulks.read(id)))).filter((one) => one !== undefined);
      const over = bulks.reduce((sum, one) => sum + overOf(one), 0);
      const total = bulks.reduce((sum, one) => sum + one.total, 0);
      const isOver = bulks.every(({ end }) => end !== undefined);
      showProgress(isOver ? total : Math.min(over, total), total);
      if (over !== seen) [seen, since] = [over, Date.now()];
      if (isOver || Date.now() - since > STANDSTILL_MS) return bulks;
      await sleep(POLL_MS);
    }
  } finally {
    process.off("SIGINT", leave);
  }
}

/** All jobs together, and what was left out by each; a failed purchase, or an end before its time, makes the exit code 1. */
export function sayOutcome(bulks: readonly Bulk[]): void {
  const sum = (of: (bulk: Bulk) => number): number => bulks.reduce((all, bulk) => all + of(bulk), 0);
  const done = sum(({ progress }) => progress.done);
  const failed = sum(({ progress }) => progress.failed);
  if (bulks.some(({ request }) => unitOf(request) === "delivery")) {
    say(`${done} read and queued, ${failed} still unreadable`);
  } else {
    say(`${done} up to date, ${failed} failed, ${sum(({ progress }) => progress.inHand.length)} still waiting`);
    if (failed > 0) process.exitCode = 1;
  }
  for (const bulk of bulks) {
    for (const line of leftOutLines(bulk)) say(`  ${line}`);
    if (bulk.end?.how === "done") continue;
    say(`  ${bulk.id}: ${STATE_WORDS[stateOf(bulk)]}`);
    process.exitCode = 1;
  }
}
