/** `crm-sync mapping preview` */
import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { CALLBACK_ROUTES, type CallbackRoute, type PurchaseState } from "../booking/types.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type MappingSet, mappingChooser, NoMappingError } from "../mapping/set.ts";
import { crmOf } from "../operate/deps.ts";
import { auditedCommand } from "./audited.ts";
import { mappingsFolder, say, withTools } from "./terminal.ts";

interface PreviewOptions {
  readonly crm?: string;
  readonly purchase?: string;
  readonly route: CallbackRoute;
  readonly diff?: boolean;
}

export function addMappingPreview(mapping: Command): void {
  mapping
    .command("preview [file]")
    .description("show what a notification, or a purchase as it is known, would write; the CRM's data is not touched")
    .option("--purchase <id>", "a purchase as it is known now, instead of a file")
    .option("--crm <name>", "only for this CRM")
    .option("--diff", "compare with what the CRM holds now")
    .addOption(
      new Option("--route <route>", "the callback URL that the file was posted to")
        .choices(CALLBACK_ROUTES)
        .default("bookings"),
    )
    .addHelpText("after", "\nWithout --purchase and --diff neither Redis nor a CRM needs to be configured.")
    .action(preview);
}

async function preview(file: string | undefined, options: PreviewOptions, command: Command): Promise<void> {
  if ((file === undefined) === (options.purchase === undefined)) {
    command.error("mapping preview: give either a file or --purchase <id>");
  }
  if (file !== undefined) return await previewFile(file, options);
  await previewPurchase(options.purchase ?? "", options);
}

async function previewFile(file: string, options: PreviewOptions): Promise<void> {
  const { loadMappings } = await import("../mapping/loader.ts");
  const { formatPlan, stateOf } = await import("../operate/preview.ts");
  const mappings = await loadMappings(mappingsFolder());
  const state = stateOf(await readJson(file), options.route);
  if (!options.diff) {
    for (const crm of crmsOf(mappings, options.crm)) {
      const { plans, leftOut } = await planAll(mappings, crm, state);
      show(
        plans.map((plan) => formatPlan(crm, plan)),
        crm,
        leftOut,
      );
    }
    return;
  }
  const { withConnectors } = await import("../app/with-connectors.ts");
  const { diffRecord, formatDiff } = await import("../operate/preview-diff.ts");
  await withConnectors(process.env, options.crm, async (connectors) => {
    for (const connector of connectors) {
      const { crm } = connector;
      const { plans, leftOut } = await planAll(mappings, crm, state);
      const blocks = await inTurn(plans, async (plan) =>
        formatDiff(crm, plan, await diffRecord(connector, plan, undefined)),
      );
      show(blocks, crm, leftOut);
    }
  });
}

async function previewPurchase(purchaseId: string, options: PreviewOptions): Promise<void> {
  const { formatPlan } = await import("../operate/preview.ts");
  const { formatDiff } = await import("../operate/preview-diff.ts");
  const { plansOfPurchase } = await import("../operate/preview-purchase.ts");
  await withTools(async (tools) => {
    for (const { crm } of options.crm === undefined ? tools.crms : [crmOf(tools, options.crm)]) {
      const { records, leftOut, failures } = await auditedCommand(tools, "show_payload", async (concerns) => {
        concerns({ crm, purchase: purchaseId });
        return await plansOfPurchase(tools, crm, purchaseId);
      });
      show(
        options.diff
          ? await inTurn(records, async ({ plan, diff }) => formatDiff(crm, plan, await diff()))
          : records.map(({ plan }) => formatPlan(crm, plan)),
        crm,
        leftOut,
      );
      const [failure] = failures;
      if (failure !== undefined) throw failure.error;
    }
  });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const { UnreadableFileError } = await import("../operate/preview.ts");
    throw new UnreadableFileError(
      error instanceof SyntaxError ? "it is not JSON" : `it cannot be read (${String(error)})`,
    );
  }
}

async function planAll(
  mappings: MappingSet,
  crm: string,
  state: PurchaseState,
): Promise<{ readonly plans: readonly RecordPlan[]; readonly leftOut: readonly string[] }> {
  const { leftOutIn, plansOf } = await import("../operate/preview.ts");
  const choose = mappingChooser(mappings, crm);
  return { plans: plansOf(state, choose), leftOut: leftOutIn(state, choose) };
}

/** @throws NoMappingError where the one that is meant has no file */
function crmsOf({ mappings }: MappingSet, only: string | undefined): string[] {
  const known = [...new Set(mappings.map(({ crm }) => crm))];
  if (only === undefined) return known;
  if (known.includes(only)) return [only];
  throw new NoMappingError(`No mapping file is for a CRM named ${only}; there are files for ${known.join(" and ")}.`);
}

/** One after the other: a handful of look-ups is no hurry, and the order stays that of the file. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function show(blocks: readonly string[], crm: string, leftOut: readonly string[]): void {
  const nothing = blocks.length === 0 ? [`${crm}: nothing would be written`] : [];
  const left = leftOut.length === 0 ? [] : [[`${crm}, left out:`, ...leftOut.map((one) => `  ${one}`)].join("\n")];
  say([...nothing, ...blocks, ...left].join("\n\n"));
}
