/** `crm-sync replay` */
import type { Command } from "commander";
import type { Tools } from "../app/tools.ts";
import { queueName } from "../inbox/queues.ts";
import { crmOf } from "../operate/deps.ts";
import { readAgain } from "../operate/read-again.ts";
import { retry } from "../operate/retry.ts";
import { type Selection, selectPurchases } from "../operate/select.ts";
import { auditedCommand } from "./audited.ts";
import { COMMAND, reportPasses, say, showProgress, withTools } from "./terminal.ts";
import { timeAgo } from "./time-ago.ts";

interface ReplayOptions {
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
    .action(async (options: ReplayOptions, command: Command) => {
      const selection = selectionOf(options, command);
      await withTools((tools) =>
        selection === "quarantined" ? replayQuarantined(tools, options) : replay(tools, options, selection),
      );
    });
}

async function replay(tools: Tools, options: ReplayOptions, selection: Selection): Promise<void> {
  const purchases = new Map<string, readonly string[]>();
  for (const { crm } of options.crm === undefined ? tools.crms : [crmOf(tools, options.crm)]) {
    purchases.set(crm, await selectPurchases(tools, crm, selection));
  }
  if (options.dryRun) {
    for (const [crm, ids] of purchases) say(`${queueName(crm)}: ${ids.length} purchases: ${ids.join(" ")}`);
    return;
  }
  await auditedCommand(tools, "replay", async (concerns) => {
    const distinct = new Set([...purchases.values()].flat());
    concerns({ purchases: distinct.size, ...(options.crm && { crm: options.crm }) });
    if (distinct.size === 1) concerns({ purchase: [...distinct].join() });
    for (const [crm, purchaseIds] of purchases) await retry(tools, { crm, purchaseIds, by: COMMAND });
  });
  await reportPasses(tools, purchases);
}

async function replayQuarantined(tools: Tools, { dryRun }: ReplayOptions): Promise<void> {
  const { quarantine } = tools;
  const total = await quarantine.count();
  if (dryRun) return say(`${total} deliveries in quarantine`);
  const { read, unreadable } = await auditedCommand(tools, "read_quarantined_again", async (concerns) => {
    concerns({ deliveries: total });
    const outcome = await readAgain(tools, quarantine.walk(), (done) => showProgress(done, total));
    await tools.flush();
    return outcome;
  });
  say(`${read} read and queued, ${unreadable} still unreadable`);
}

function selectionOf(options: ReplayOptions, command: Command): Selection | "quarantined" {
  if (options.purchase) return { kind: "purchase", purchaseId: options.purchase };
  if (options.booking) return { kind: "booking", bookingId: options.booking };
  if (options.since) return { kind: "since", since: timeAgo(options.since, command) };
  if (options.failed) return { kind: "failed" };
  if (options.quarantined) return "quarantined";
  return command.error("replay: say what: --purchase, --booking, --since, --failed or --quarantined");
}
