#!/usr/bin/env node
/** `crm-sync`: what operators and admins do from a terminal. */
import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { unpaced } from "../connectors/connector.ts";
import { decide, pickRecord } from "./commands/held.ts";
import { checkMappings } from "./commands/mapping-check.ts";
import { formatPlan, plansOf, stateOf } from "./commands/preview.ts";
import { checkRelease } from "./commands/release-check.ts";
import { replay, replayQuarantine, type Selection, selectPurchases } from "./commands/replay.ts";
import { openTools, type Tools } from "./commands/tools.ts";
import { ConfigError } from "./config/config-error.ts";
import { loadMappings } from "./mapping/loader.ts";
import { formatProblem, MappingFileError } from "./mapping/problems.ts";
import { NoMappingError, selectMapping } from "./mapping/set.ts";

const program = new Command("crm-sync").description("Keeps Salesforce and HubSpot in step with BookingBug bookings.");

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
  .action(async (options: ReplayOptions) => withTools((tools) => runReplay(tools, options)));

program
  .command("decide")
  .description("say what a held booking is")
  .requiredOption("--booking <id>", "the booking")
  .addOption(new Option("--is <verdict>", "what it is").choices(["cancelled", "active"]).makeOptionMandatory())
  .action(async (options: { booking: string; is: "cancelled" | "active" }) =>
    withTools(async (tools) => {
      const purchaseId = await decide(tools.inbox, { bookingId: options.booking, verdict: options.is });
      await runReplay(tools, { purchase: purchaseId });
    }),
  );

program
  .command("pick")
  .description("say which of several matching CRM records a purchase's person is")
  .requiredOption("--crm <name>", "the CRM")
  .requiredOption("--purchase <id>", "the purchase that is held")
  .requiredOption("--record <id>", "the CRM's id of the record")
  .option("--section <name>", "the section of the mapping", "contact")
  .action(async (options: { crm: string; purchase: string; record: string; section: string }) =>
    withTools(async (tools) => {
      const { ledger, connector } = tools.crm(options.crm);
      const choose = (companies: readonly string[]) => selectMapping(tools.mappings, options.crm, companies);
      const { purchase: purchaseId, section, record: recordId } = options;
      await pickRecord({ ledger, connector, choose }, { purchaseId, section, recordId });
      await runReplay(tools, { purchase: purchaseId, crm: options.crm });
    }),
  );

program
  .command("check")
  .description("the release check: configuration, mapping files, and both against the CRM, before a version goes live")
  .action(async () => {
    const { problems, notes } = await checkRelease(process.env);
    for (const note of notes) say(`Note: ${note}`);
    say(
      problems.length === 0
        ? "Ready: the configuration, Redis, the CRMs and the mapping files fit together."
        : problems.join("\n"),
    );
    if (problems.length > 0) process.exitCode = 1;
  });

const mapping = program.command("mapping").description("look at the mapping files");

mapping
  .command("check")
  .description("report every problem of the mapping files, also against the CRM's own metadata")
  .option("--offline", "without asking the CRM")
  .option("--json", "as JSON")
  .option("--github", "as annotations for GitHub Actions")
  .action(runCheck);

mapping
  .command("preview [file]")
  .description("show what a notification would write, field by field, without touching the CRM")
  .option("--crm <name>", "only for this CRM")
  .action(async (file: string, options: { crm?: string }) => {
    const mappings = await loadMappings(process.env.MAPPINGS_DIR || "mappings");
    const state = stateOf(JSON.parse(await readFile(file, "utf8")));
    const crms = new Set(mappings.mappings.map(({ crm }) => crm).filter((crm) => !options.crm || crm === options.crm));
    for (const crm of crms) {
      const plans = plansOf(state, (companies) => selectMapping(mappings, crm, companies));
      say(plans.map((plan) => formatPlan(crm, plan)).join("\n\n"));
    }
  });

interface ReplayOptions {
  readonly purchase?: string;
  readonly booking?: string;
  readonly since?: string;
  readonly failed?: boolean;
  readonly quarantined?: boolean;
  readonly crm?: string;
  readonly dryRun?: boolean;
}

async function runReplay(tools: Tools, options: ReplayOptions): Promise<void> {
  const deps = tools.replayDeps(options.crm, showProgress);
  const selection = selectionOf(options);
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
  const { applied, failed, stillWaiting } = await replay(deps, purchases);
  say(`${applied} up to date, ${failed} failed, ${stillWaiting} still waiting`);
  if (failed > 0) process.exitCode = 1;
}

function selectionOf(options: ReplayOptions): Selection {
  if (options.purchase) return { kind: "purchase", purchaseId: options.purchase };
  if (options.booking) return { kind: "booking", bookingId: options.booking };
  if (options.since) return { kind: "since", since: timeAgo(options.since) };
  if (options.failed) return { kind: "failed" };
  if (options.quarantined) return { kind: "quarantined" };
  return program.error("replay: say what: --purchase, --booking, --since, --failed or --quarantined");
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeAgo(text: string): Date {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const ms = UNITS[unit ?? ""];
  if (count === undefined || ms === undefined) return program.error("--since: give a time such as 90m, 2h or 3d");
  return new Date(Date.now() - Number(count) * ms);
}

async function runCheck(options: { offline?: boolean; json?: boolean; github?: boolean }): Promise<void> {
  const problems = await (options.offline ? offlineProblems() : onlineProblems());
  if (options.json) say(JSON.stringify(problems, null, 2));
  else if (options.github)
    for (const { file, line, column, message } of problems)
      say(`::error file=${file},line=${line},col=${column}::${message}`);
  else say(problems.length === 0 ? "The mapping files are in order." : problems.map(formatProblem).join("\n"));
  if (problems.length > 0) process.exitCode = 1;
}

async function offlineProblems() {
  try {
    await loadMappings(process.env.MAPPINGS_DIR || "mappings");
    return [];
  } catch (error) {
    if (error instanceof MappingFileError) return error.problems;
    throw error;
  }
}

async function onlineProblems() {
  const offline = await offlineProblems();
  if (offline.length > 0) return offline;
  let problems: Awaited<ReturnType<typeof checkMappings>> = [];
  await withTools(async (tools) => {
    problems = await checkMappings(tools.mappings, tools.connectors());
  });
  return problems;
}

async function withTools(work: (tools: Tools) => Promise<void>): Promise<void> {
  const tools = await openTools(process.env, unpaced);
  try {
    await work(tools);
  } finally {
    await tools.close();
  }
}

function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY || total === 0) return;
  const width = 30;
  const filled = Math.round((done / total) * width);
  process.stderr.write(
    `\r[${"#".repeat(filled)}${" ".repeat(width - filled)}] ${done}/${total}${done === total ? "\n" : ""}`,
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  const plain = error instanceof ConfigError || error instanceof MappingFileError || error instanceof NoMappingError;
  const text = error instanceof Error ? (plain ? error.message : `${error.name}: ${error.message}`) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
