/** `crm-sync undo` */
import { type Command, Option } from "commander";
import type { Tools } from "../app/tools.ts";
import type { UndoChoice } from "../operate/undo/choice.ts";
import type { PlannedRecord } from "../operate/undo/plan.ts";
import { CREATED_CHOICES, type CreatedChoice } from "../operate/undo/undoing.ts";
import { auditedCommand, operator } from "./audited.ts";
import { say, showProgress, withTools } from "./terminal.ts";
import { instantOf } from "./time-ago.ts";
import { choiceWords, planText, undoneText } from "./undo-text.ts";

interface UndoOptions {
  readonly crm: string;
  readonly mappingVersion?: string;
  readonly since?: string;
  readonly until?: string;
  readonly purchase?: string;
  readonly job?: string;
  readonly apply?: boolean;
  readonly values?: boolean;
  readonly created: CreatedChoice;
}

export function addUndo(program: Command): void {
  program
    .command("undo")
    .description(
      "give back to CRM records what they held before passes wrote to them, where nobody has edited it since",
    )
    .requiredOption("--crm <name>", "the CRM")
    .option("--mapping-version <version>", "what this version of a mapping file wrote")
    .option("--since <time>", "what was written from then on: a UTC day or instant, or how long ago, e.g. 90m, 2h, 3d")
    .option("--until <time>", "with --since: what was written before then; now, if not given")
    .option("--purchase <id>", "what was written for one purchase")
    .option("--job <id>", "what a job on many wrote")
    .addOption(
      new Option("--created <what>", "what becomes of the bookings' records that were made")
        .choices(CREATED_CHOICES)
        .default("keep"),
    )
    .option("--values", "show values in the plan; they are personal data")
    .option("--apply", "do it; without it the plan is shown and nothing is written")
    .addHelpText("after", "\nExit code: 1 when something could not be given back that the plan has.")
    .action(async (options: UndoOptions, command: Command) => {
      const choice = choiceOf(options, command);
      await withTools((tools) => run(tools, options, choice), "shared");
    });
}

async function run(tools: Tools, options: UndoOptions, choice: UndoChoice): Promise<void> {
  const { crmOf } = await import("../operate/deps.ts");
  const { plan, survey } = await import("../operate/undo/plan.ts");
  const { crm } = crmOf(tools, options.crm);
  const { values = false, created } = options;
  const surveyed = await survey(tools, crm, choice);
  const look = (): Promise<readonly PlannedRecord[]> => plan(tools, crm, surveyed.records, showProgress);
  const on = { crm, purchases: surveyed.purchases, ...(choice.kind === "purchase" && { purchase: choice.purchaseId }) };
  const planned = values
    ? await auditedCommand(tools, "show_payload", (concerns) => {
        concerns(on);
        return look();
      })
    : await look();
  say(planText(crm, choice, surveyed, planned, { values, created }));
  if (!options.apply) return say("Nothing was written: --apply does it.");
  await auditedCommand(tools, "undo", async (concerns) => {
    const filter = choiceWords(choice);
    concerns({ ...on, filter });
    const { undo } = await import("../operate/undo/run.ts");
    const asked = { crm, by: operator(), of: filter, created };
    const done = await undo(tools, asked, surveyed.records, showProgress);
    concerns({ found: done.filter(({ fields, ended }) => ended !== undefined || fields.length > 0).length });
    say(undoneText(done));
    if (done.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
  });
}

function choiceOf(options: UndoOptions, command: Command): UndoChoice {
  const { mappingVersion, since, until, purchase, job } = options;
  if ([mappingVersion, since, purchase, job].filter((one) => one !== undefined).length !== 1) {
    return command.error("error: undo: say what, once: --mapping-version, --since, --purchase or --job");
  }
  const named = mappingVersion ?? purchase ?? job;
  // It stands in the audit trail and in timelines.
  if (named !== undefined && !/^[\w.:-]{1,100}$/.test(named)) return command.error(`error: undo: ${named} is no id`);
  if (mappingVersion !== undefined) return { kind: "version", version: mappingVersion };
  if (purchase !== undefined) return { kind: "purchase", purchaseId: purchase };
  if (job !== undefined) return { kind: "job", job };
  const end = until === undefined ? new Date() : instantOf(until, command);
  return { kind: "time", since: instantOf(since ?? "", command).getTime(), until: end.getTime() };
}
