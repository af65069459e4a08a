/** `crm-sync mapping impact` */
import type { Command } from "commander";
import type { Tools } from "../app/tools.ts";
import type { PurchaseState } from "../booking/types.ts";
import { loadMappings, readMapping } from "../mapping/loader.ts";
import { parseMapping } from "../mapping/parse.ts";
import { crmOf } from "../operate/deps.ts";
import { formatImpact, measureImpact, withMapping } from "../operate/impact.ts";
import { latestState } from "../sync/latest-state.ts";
import { say, withTools } from "./terminal.ts";

interface ImpactOptions {
  readonly against?: string;
  readonly values?: boolean;
}

export function addMappingImpact(mapping: Command): void {
  mapping
    .command("impact <file>")
    .description(
      "for the notifications still kept, say which records and fields a changed mapping would make different",
    )
    .option("--against <folder>", "the mappings to compare with, instead of those in force")
    .option("--values", "show values in the examples; they are personal data")
    .addHelpText("after", "\nExit code: 1 when the new mapping fails for a purchase that the old one serves.")
    .action(impact);
}

async function impact(file: string, options: ImpactOptions): Promise<void> {
  const source = await readMapping(file);
  const next = parseMapping(source.text, source.file);
  await withTools(async (tools) => {
    const before = options.against === undefined ? tools.mappings.current().set : await loadMappings(options.against);
    const after = withMapping(before, next);
    const result = await measureImpact(statesOf(tools, next.crm), next.crm, before, after);
    say(formatImpact(result, { values: options.values ?? false }));
    if (result.failing.count > 0) process.exitCode = 1;
  });
}

async function* statesOf(tools: Tools, crm: string): AsyncGenerator<PurchaseState> {
  const { inbox, config } = tools;
  const { ledger } = crmOf(tools, crm);
  for await (const purchaseId of inbox.purchases()) {
    const state = await latestState({ inbox, ledger, policy: config.policy }, purchaseId);
    if (state !== undefined) yield state;
  }
}
