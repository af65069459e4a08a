/** `crm-sync drift --plan` and `--repair`: what the mapping says is to be written back, and having it written. */
import { randomUUID } from "node:crypto";
import type { Tools } from "../app/tools.ts";
import type { Repair } from "../drift/repair.ts";
import type { Drifted } from "../drift/store.ts";
import { auditedCommand, operator } from "./audited.ts";
import { say } from "./terminal.ts";

interface Asked {
  readonly crm: string;
  readonly entries: readonly Drifted[];
  readonly values: boolean;
}

/** More than this nobody reads on a terminal. */
const LISTED = 100;

export async function planRepair({ crm, entries, values }: Asked): Promise<readonly Repair[]> {
  const { repairOf } = await import("../drift/repair.ts");
  const repairs = entries.map(repairOf).filter((one) => one !== undefined);
  say(`${crm}: ${repairs.length} of ${entries.length} records would be repaired`);
  for (const one of repairs.slice(0, LISTED)) say(repairText(one, values));
  if (repairs.length > LISTED) say(`  and ${repairs.length - LISTED} more`);
  return repairs;
}

/** @param detach leave it to the worker */
export async function repairNow(tools: Tools, asked: Asked, detach: boolean): Promise<void> {
  const { crm } = asked;
  const repairs = await planRepair(asked);
  if (repairs.length === 0) return;
  const { planned } = await import("../drift/repair.ts");
  const { followJobs, sayOutcome, startRepair } = await import("./follow-job.ts");
  const job = await startRepair(tools, crm, planned(repairs));
  if (detach) say(`started: ${job}; crm-sync jobs shows how far it is`);
  else sayOutcome(await followJobs(tools, [job]));
  say(`crm-sync undo --crm ${crm} --job ${job} gives back what it writes over`);
}

/** By an ordinary pass, behind what is live. */
export async function writeDecided(tools: Tools, crm: string, decided: Repair): Promise<void> {
  const { behindLive } = await import("../app/behind-live.ts");
  const { repair } = await import("../operate/repair.ts");
  const deps = { ...tools, queueSettings: behindLive(tools.config, tools.queueSettings).settings };
  const job = randomUUID();
  await auditedCommand(tools, "repair_drift", async (concerns) => {
    concerns({ crm, job });
    const done = await repair(deps, { crm, by: operator(), job }, [decided]);
    concerns({ purchases: done.length });
    say(`${done.length} queued; crm-sync undo --crm ${crm} --job ${job} gives back what they write over`);
  });
}

function repairText({ kind, purchaseId, section, object, id, fields }: Repair, values: boolean): string {
  const what = `  purchase ${purchaseId}, ${section} (${object} ${id}): ${WORDS[kind]}`;
  const told = fields.map(({ field, theirs, ours }) =>
    values ? `${field} ${JSON.stringify(theirs)} -> ${JSON.stringify(ours)}` : field,
  );
  return told.length === 0 ? what : `${what} ${told.join(", ")}`;
}

const WORDS: Readonly<Record<Repair["kind"], string>> = {
  written_back: "write back",
  recreated: "make it again",
  followed: "go on with the record it was merged into",
};
