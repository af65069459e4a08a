/** `crm-sync import` */
import type { Command } from "commander";
import type { Importing } from "../app/import.ts";
import type { Tools } from "../app/tools.ts";
import { SetupError } from "../config/setup-error.ts";
import type { Choice } from "../import/choose.ts";
import { auditedCommand } from "./audited.ts";
import { isDay } from "./days.ts";
import { UNSET } from "./reconcile.ts";
import { say, showProgress, withTools } from "./terminal.ts";

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly company?: string;
  readonly withCancelled?: boolean;
  readonly plan?: string;
  readonly apply?: string;
}

/** Appointments further away than that are not booked yet. */
const YEARS = 2;

export function addImport(program: Command): void {
  program
    .command("import")
    .description("bring what was booked before the callbacks were set: say what would happen, then do it")
    .option("--from <date>", "appointments from this day on, as today or YYYY-MM-DD; before today: past ones too")
    .option("--to <date>", `up to this day; ${YEARS} years after the first when nothing is said`)
    .option("--company <id>", "only this company of BookingBug's, with its children")
    .option("--with-cancelled", "cancelled ones too")
    .option("--plan <file>", "say what would happen and write it to this file; nothing else is written")
    .option("--apply <file>", "do what the plan in this file says; run again, it goes on where it was")
    .addHelpText(
      "after",
      "\nExit code: 0 the plan was made, or all of it is done as planned; 1 not all of it is: the output says what and why.",
    )
    .action(async (options: Options, command: Command) => {
      const work = workOf(options, command);
      await withTools(async (tools) => {
        const importing = tools.importing();
        if (importing === undefined) throw new SetupError(UNSET);
        try {
          await work(tools, importing);
        } finally {
          await importing.close();
        }
      });
    });
}

type Work = (tools: Tools, importing: Importing) => Promise<void>;

function workOf({ plan, apply, ...options }: Options, command: Command): Work {
  const asks = options.from !== undefined || options.to !== undefined || options.company !== undefined;
  if (apply !== undefined) {
    if (plan !== undefined || asks || options.withCancelled) {
      return command.error("error: --apply does what the plan says, and takes nothing beside it");
    }
    return (tools, importing) => carryOut(tools, importing, apply);
  }
  if (plan === undefined || options.from === undefined) {
    return command.error("error: give --from and --plan, or --apply");
  }
  const choice = choiceOf(options, options.from, command);
  return (tools, importing) => preview(tools, importing, { path: plan, choice, company: options.company });
}

function choiceOf({ to, withCancelled = false }: Options, said: string, command: Command): Choice {
  const madeAt = new Date().toISOString();
  const today = madeAt.slice(0, "YYYY-MM-DD".length);
  const from = said === "today" ? today : said;
  const last = to ?? (isDay(from) ? yearsAfter(from) : "");
  if (!isDay(from) || !isDay(last) || from > last) {
    return command.error(
      "error: --from and --to are days such as 2026-11-30 (--from may be today), the first not after the last",
    );
  }
  return { from, to: last, madeAt, withPast: from < today, withCancelled };
}

function yearsAfter(day: string): string {
  return `${Number(day.slice(0, 4)) + YEARS}-${day.slice(5, 7)}-28`;
}

interface Asked {
  readonly path: string;
  readonly choice: Choice;
  readonly company: string | undefined;
}

async function preview({ config }: Tools, importing: Importing, { path, choice, company }: Asked): Promise<void> {
  if (config.bookingbugApi === undefined) throw new SetupError(UNSET);
  const { makePlan } = await import("../import/make-plan.ts");
  const { planText } = await import("./import-text.ts");
  const companies = company === undefined ? config.bookingbugApi.companies : [company];
  const summary = await makePlan(importing, { companies, choice, path }, (seen, total) =>
    showProgress(seen, Math.max(seen, total ?? 0)),
  );
  const perDay = new Map<string, number | undefined>();
  for (const { crm } of summary.crms) perDay.set(crm, await importing.callsOfDay(crm));
  say(planText(summary, { perDay, readingsPerSecond: config.bookingbugApi.requestsPerSecond, path }));
}

async function carryOut(tools: Tools, importing: Importing, path: string): Promise<void> {
  const { applyPlan } = await import("../import/apply-plan.ts");
  const { outcomeOf } = await import("../import/outcome.ts");
  const { openPlan } = await import("../import/plan-file.ts");
  const { asPlanned, importedText } = await import("./import-text.ts");
  const plan = await openPlan(path);
  const { applied, outcomes } = await auditedCommand(tools, "import", async (concerns) => {
    const work = () => applyPlan(importing, plan, showProgress);
    const done = await tools.locks.withLocks(["import"], work);
    concerns({ purchases: done.progress.stored });
    return { applied: done, outcomes: await outcomeOf(importing, plan) };
  });
  say(importedText(applied, outcomes));
  if (!asPlanned(applied, outcomes)) process.exitCode = 1;
}
