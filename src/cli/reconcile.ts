/** `crm-sync reconcile` */
import type { Command } from "commander";
import type { Tools } from "../app/tools.ts";
import { SetupError } from "../config/setup-error.ts";
import type { Reconciled } from "../reconcile/reconcile.ts";
import type { Window } from "../reconcile/window.ts";
import { auditedCommand } from "./audited.ts";
import { isDay } from "./days.ts";
import { isInStep, reconciledText } from "./reconcile-text.ts";
import { say, showProgress, withTools } from "./terminal.ts";
import { milliseconds } from "./time-ago.ts";

interface Options {
  readonly changedSince?: string;
  readonly from?: string;
  readonly to?: string;
  readonly company?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;

export const UNSET =
  "BookingBug's API is not configured, so nothing can be read back. Set BOOKINGBUG_API_URL and BOOKINGBUG_API_COMPANY_ID, and " +
  "to sign in BOOKINGBUG_API_CLIENT_ID and BOOKINGBUG_API_CLIENT_SECRET, or BOOKINGBUG_API_APP_ID, BOOKINGBUG_API_EMAIL and " +
  "BOOKINGBUG_API_PASSWORD; see Let it ask BookingBug in docs/deployment.md.";

export function addReconcile(program: Command): void {
  program
    .command("reconcile")
    .description("compare what BookingBug lists with what is known here, and read back what differs")
    .option("--changed-since <time>", "what changed in the last time, e.g. 90m, 2h, 3d; 2d when nothing is said")
    .option("--from <date>", "appointments from this day on, as YYYY-MM-DD")
    .option("--to <date>", "up to this day")
    .option("--company <id>", "only this company of BookingBug's, with its children")
    .option("--dry-run", "only say what differs")
    .option("--json", "the outcome as JSON")
    .addHelpText(
      "after",
      "\nExit code: 0 all that BookingBug lists is in step or was read back, 1 not all of it is: " +
        "the output says why.",
    )
    .action(async (options: Options, command: Command) => {
      const window = windowOf(options, command);
      await withTools((tools) => run(tools, options, window));
    });
}

async function run(tools: Tools, { company, dryRun = false, json = false }: Options, window: Window): Promise<void> {
  const { reconciling, config } = tools;
  if (reconciling === undefined || config.bookingbugApi === undefined) throw new SetupError(UNSET);
  const { walkNoted } = await import("../reconcile/noted.ts");
  const { reconcile } = await import("../reconcile/reconcile.ts");
  const companies = company === undefined ? config.bookingbugApi.companies : [company];
  const asked = { companies, windows: [window] };
  const onPage = (seen: number, total: number | undefined): void => showProgress(seen, Math.max(seen, total ?? 0));
  const reconciled = dryRun
    ? await reconcile(reconciling, { ...asked, dryRun }, onPage)
    : await auditedCommand(tools, "reconcile", async (concerns) => {
        const done = await walkNoted(reconciling, asked, "command", onPage);
        concerns({ purchases: done.counts.purchasesRead });
        return done;
      });
  say(json ? JSON.stringify(jsonOf(reconciled), null, 2) : reconciledText(reconciled, dryRun));
  if (!isInStep(reconciled)) process.exitCode = 1;
}

function jsonOf({ outcome, resumed, counts }: Reconciled) {
  const why = outcome.kind === "broke_off" ? { why: outcome.error.message } : {};
  return { outcome: outcome.kind, ...why, resumed, ...counts };
}

function windowOf({ changedSince, from, to }: Options, command: Command): Window {
  if (from === undefined && to === undefined) {
    return { kind: "changed", lastMs: milliseconds(changedSince ?? "2d", "--changed-since", command) };
  }
  if (changedSince !== undefined) return command.error("error: give --changed-since, or --from and --to");
  const [first, last] = [from ?? to ?? "", to ?? from ?? ""];
  if (!isDay(first) || !isDay(last) || first > last || Date.parse(last) - Date.parse(first) > 3_660 * DAY_MS) {
    return command.error("error: --from and --to are days such as 2026-11-30, the first not after the last");
  }
  return { kind: "dates", from: first, to: last };
}
