/** `crm-sync mapping impact` */
import type { Command } from "commander";
import { loadMappings, readMapping } from "../mapping/loader.ts";
import { parseMapping } from "../mapping/parse.ts";
import { formatImpact, keptStates, measureImpact, withMapping } from "../operate/impact.ts";
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
    const result = await measureImpact(keptStates(tools, next.crm), next.crm, before, after);
    say(formatImpact(result, { values: options.values ?? false }));
    if (result.failing.count > 0) process.exitCode = 1;
  });
}
