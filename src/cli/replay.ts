/** `crm-sync replay` */
import type { Command } from "commander";
import type { Tools } from "../app/tools.ts";
import type { ActingRequest, RepairRequest } from "../bulk/request.ts";
import type { ChosenPurchases } from "../operate/await-passes.ts";
import { crmOf } from "../operate/deps.ts";
import type { Selection } from "../operate/select.ts";
import { auditedCommand } from "./audited.ts";
import { COMMAND, reportPasses, say, withTools } from "./terminal.ts";
import { timeAgo } from "./time-ago.ts";

interface ReplayOptions {
  readonly purchase?: string;
  readonly booking?: string;
  readonly since?: string;
  readonly failed?: boolean;
  readonly quarantined?: boolean;
  readonly crm?: string;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
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
    .option("--detach", "start the job and do not wait for it")
    .addHelpText(
      "after",
      "\nMany are a job, which a worker does and which goes on when this command is ended: see crm-sync jobs.",
    )
    .action(async (options: ReplayOptions, command: Command) => {
      const selection = selectionOf(options, command);
      await withTools((tools) =>
        selection === "quarantined" ? replayQuarantined(tools, options) : replay(tools, options, selection),
      );
    });
}

async function replay(tools: Tools, options: ReplayOptions, selection: Selection): Promise<void> {
  const { selectPurchases } = await import("../operate/select.ts");
  const crms = options.crm === undefined ? tools.crms : [crmOf(tools, options.crm)];
  const purchases = new Map<string, readonly string[]>();
  if (options.dryRun || selection.kind === "purchase" || selection.kind === "booking") {
    for (const { crm } of crms) purchases.set(crm, await selectPurchases(tools, crm, selection));
  }
  if (options.dryRun) {
    const { queueName } = await import("../inbox/queues.ts");
    for (const [crm, ids] of purchases) say(`${queueName(crm)}: ${ids.length} purchases: ${ids.join(" ")}`);
    return;
  }
  switch (selection.kind) {
    case "failed":
      return await runJobs(
        tools,
        crms.map(({ crm }) => ({ action: "retry", crm })),
        options,
      );
    case "since":
      return await runJobs(tools, [runAgainSince(selection.since, options.crm)], options);
    default:
      return await replayOne(tools, purchases, options);
  }
}

type Request = Exclude<ActingRequest, RepairRequest>;

function runAgainSince(since: Date, crm: string | undefined): Request {
  const span = { from: since.toISOString(), to: new Date(Date.now() + 1).toISOString() };
  return { action: "run_again", ...span, ...(crm !== undefined && { crm }) };
}

/** One purchase, at once. */
async function replayOne(tools: Tools, purchases: ChosenPurchases, { crm }: ReplayOptions): Promise<void> {
  const { retry } = await import("../operate/retry.ts");
  await auditedCommand(tools, "replay", async (concerns) => {
    const purchase = [...new Set([...purchases.values()].flat())].join();
    concerns({ purchases: 1, purchase, ...(crm !== undefined && { crm }) });
    for (const [name, purchaseIds] of purchases) await retry(tools, { crm: name, purchaseIds, by: COMMAND });
  });
  await reportPasses(tools, purchases);
}

async function replayQuarantined(tools: Tools, options: ReplayOptions): Promise<void> {
  if (options.dryRun) return say(`${await tools.quarantine.count()} deliveries in quarantine`);
  await runJobs(tools, [{ action: "read_again" }], options);
}

async function runJobs(tools: Tools, requests: readonly Request[], { detach }: ReplayOptions): Promise<void> {
  const { followJobs, sayOutcome, startJob } = await import("./follow-job.ts");
  const ids: string[] = [];
  for (const request of requests) ids.push(...(await startJob(tools, request)));
  if (!detach) return sayOutcome(await followJobs(tools, ids));
  say(ids.length === 0 ? "nothing to do" : `started: ${ids.join(" ")}; crm-sync jobs shows how far it is`);
}

function selectionOf(options: ReplayOptions, command: Command): Selection | "quarantined" {
  if (options.purchase) return { kind: "purchase", purchaseId: options.purchase };
  if (options.booking) return { kind: "booking", bookingId: options.booking };
  if (options.since) return { kind: "since", since: timeAgo(options.since, command) };
  if (options.failed) return { kind: "failed" };
  if (options.quarantined) return "quarantined";
  return command.error("replay: say what: --purchase, --booking, --since, --failed or --quarantined");
}
