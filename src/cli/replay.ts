/** `crm-sync replay` */
import type { Command } from "commander";
import type { Tools } from "../app/tools.ts";
import { replay, replayQuarantine, type Selection, selectPurchases } from "../operate/replay.ts";
import { note } from "./note.ts";
import { say, showProgress, withTools } from "./terminal.ts";

export interface ReplayOptions {
  readonly purchase?: string;
  readonly booking?: string;
  readonly since?: string;
  readonly failed?: boolean;
  readonly quarantined?: boolean;
  readonly crm?: string;
  readonly dryRun?: boolean;
}

export function addReplay(program: Command): void {
  program
    .command("replay")
    .description("bring purchases up to date once more; only what differs is written")
    .option("--purchase <id>", "one purchase")
    .option("--booking <id>", "the purchase of a booking")
    .option("--since <time>", "all with a notification in the last time, e.g. 90m, 2h, 3d")
    .option("--failed", "all that failed")
    .option("--quarantined", "read what is in quarantine again")
    .option("--crm <name>", "only in this CRM")
    .option("--dry-run", "only say which purchases")
    .action(async (options: ReplayOptions, command: Command) =>
      withTools((tools) => runReplay(tools, options, selectionOf(options, command))),
    );
}

/** Runs the selected purchases and says how they ended; a failure makes the exit code 1. */
export async function runReplay(
  tools: Tools,
  options: Pick<ReplayOptions, "crm" | "dryRun">,
  selection: Selection,
): Promise<void> {
  const deps = tools.replayDeps(options.crm, showProgress);
  if (selection.kind === "quarantined") {
    if (options.dryRun) return say(`${(await tools.inbox.quarantined()).length} deliveries in quarantine`);
    const { read, unreadable } = await replayQuarantine(deps);
    await tools.flush();
    return say(`${read} read and queued, ${unreadable} still unreadable`);
  }
  const purchases = await selectPurchases(deps, selection);
  if (options.dryRun) {
    for (const [queue, ids] of purchases) say(`${queue.name}: ${ids.length} purchases: ${ids.join(" ")}`);
    return;
  }
  for (const { crm } of tools.config.crms) {
    await note(tools, purchases.get(tools.crm(crm).queue) ?? [], { crm, action: "retry" });
  }
  const { applied, failed, stillWaiting } = await replay(deps, purchases);
  say(`${applied} up to date, ${failed} failed, ${stillWaiting} still waiting`);
  if (failed > 0) process.exitCode = 1;
}

function selectionOf(options: ReplayOptions, command: Command): Selection {
  if (options.purchase) return { kind: "purchase", purchaseId: options.purchase };
  if (options.booking) return { kind: "booking", bookingId: options.booking };
  if (options.since) return { kind: "since", since: timeAgo(options.since, command) };
  if (options.failed) return { kind: "failed" };
  if (options.quarantined) return { kind: "quarantined" };
  return command.error("replay: say what: --purchase, --booking, --since, --failed or --quarantined");
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeAgo(text: string, command: Command): Date {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const ms = UNITS[unit ?? ""];
  if (count === undefined || ms === undefined) return command.error("--since: give a time such as 90m, 2h or 3d");
  return new Date(Date.now() - Number(count) * ms);
}
