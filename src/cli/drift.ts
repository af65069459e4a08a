/** `crm-sync drift`: a round over the records in the CRMs now, and what is not there as it was written. */
import { type Command, Option } from "commander";
import type { DriftOfCrm } from "../app/drift.ts";
import type { Tools } from "../app/tools.ts";
import type { Drifted } from "../drift/store.ts";
import type { Swept } from "../drift/sweep.ts";
import { auditedCommand } from "./audited.ts";
import { addDriftDecide } from "./drift-decide.ts";
import { driftText, jsonOf } from "./drift-text.ts";
import { say, withTools } from "./terminal.ts";
import { instantOf } from "./time-ago.ts";

interface Options {
  readonly crm?: string;
  readonly since?: string;
  readonly json?: boolean;
  readonly values?: boolean;
  readonly plan?: boolean;
  readonly repair?: boolean;
  readonly detach?: boolean;
}

/** Nothing in a round says how long it takes. */
const never = new AbortController().signal;

export function addDrift(program: Command): void {
  // `drift decide` has an option that `drift` has as well; a command takes over from the program how they are read.
  const drift = program.enablePositionalOptions().command("drift");
  addDriftDecide(drift);
  drift
    .description("look for what was edited, deleted or merged in the CRMs since it was written; only --repair writes")
    .option("--crm <name>", "only this CRM")
    .option("--since <time>", "only what the CRM says was changed since, as 2h, 2026-11-30 or 2026-11-30T08:00:00Z")
    .option("--values", "with what is in the fields, which may be about people; noted in the audit trail")
    .option("--json", "the outcome as JSON")
    .addOption(new Option("--plan", "what --repair would have written").conflicts(["json", "repair"]))
    .addOption(new Option("--repair", "write back what is BookingBug's by the mapping, as a job").conflicts("json"))
    .option("--detach", "with --repair: do not wait for the job")
    .addHelpText(
      "after",
      "\nExit code: 0 every record is as it was written, 1 not all are, or not all could be looked at.",
    )
    .action(async (options: Options, command: Command) => {
      const since = options.since === undefined ? undefined : instantOf(options.since, command);
      await withTools((tools) => run(tools, options, since), "shared");
    });
}

async function run(
  tools: Tools,
  { crm, json = false, values = false, plan, repair, detach = false }: Options,
  since: Date | undefined,
): Promise<void> {
  const { crmOf } = await import("../operate/deps.ts");
  const { planRepair, repairNow } = await import("./drift-repair.ts");
  const { tallyOf } = await import("../drift/tally.ts");
  const all = tools.drift();
  try {
    const chosen = crm === undefined ? all : [crmOf({ crms: all }, crm)];
    for (const one of chosen) {
      const swept = await sweepAlone(tools, one, since);
      const entries = await keptSince(one, since);
      const tell = async (): Promise<void> => {
        const asked = { crm: one.crm, entries, values };
        if (repair) return await repairNow(tools, asked, detach);
        if (plan) return void (await planRepair(asked));
        const found = { crm: one.crm, swept, entries, tally: tallyOf(entries), values };
        say(json ? JSON.stringify(jsonOf(found)) : driftText(found));
      };
      if (swept?.end.kind !== "complete" || entries.length > 0) process.exitCode = 1;
      if (!values) await tell();
      else {
        await auditedCommand(tools, "show_drift", async (concerns) => {
          concerns({ crm: one.crm, found: entries.length });
          await tell();
        });
      }
    }
  } finally {
    await Promise.all(all.map((one) => one.close()));
  }
}

/** @returns undefined where another process makes a round just now */
async function sweepAlone({ locks }: Tools, deps: DriftOfCrm, since: Date | undefined): Promise<Swept | undefined> {
  const { sweep } = await import("../drift/sweep.ts");
  const { driftLock } = await import("../drift/working.ts");
  const lock = await locks.tryTake(driftLock(deps.crm));
  if (lock === undefined) return undefined;
  try {
    return (since && (await lookSince(deps, since))) ?? (await sweep(deps, never));
  } finally {
    await lock.release();
  }
}

/** @returns undefined where it takes a round: none was made yet, or the CRM does not say what changed, or not to its end */
async function lookSince(deps: DriftOfCrm, since: Date): Promise<Swept | undefined> {
  const { lookAtChanged } = await import("../drift/changed.ts");
  const round = await deps.rounds.load();
  if (round === undefined) return undefined;
  const looked = await lookAtChanged(deps, round, { since: since.toISOString(), again: [] }, never);
  return looked.isWhole ? looked : undefined;
}

/** Somebody has left all of it to the CRM. */
function isLeft(one: Drifted): boolean {
  return one.kind === "drifted" && one.fields.every(({ asks }) => asks === "leave");
}

/** The newest first. */
async function keptSince({ store }: DriftOfCrm, since = new Date(0)): Promise<Drifted[]> {
  const kept: Drifted[] = [];
  for await (const one of store.all()) if (Date.parse(one.since) >= since.getTime() && !isLeft(one)) kept.push(one);
  return kept.toSorted((a, b) => (a.since < b.since ? 1 : -1));
}
