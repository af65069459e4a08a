/** `crm-sync mapping impact` */
import type { Command } from "commander";
import type { Concerned } from "../audit/line.ts";
import type { Impact } from "../operate/impact.ts";
import { auditedCommand } from "./audited.ts";
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
  const { loadMappings, readMapping } = await import("../mapping/loader.ts");
  const { parseMapping } = await import("../mapping/parse.ts");
  const { formatImpact, keptStates, measureImpact, withMapping } = await import("../operate/impact.ts");
  const source = await readMapping(file);
  const next = parseMapping(source.text, source.file);
  await withTools(async (tools) => {
    const before = options.against === undefined ? tools.mappings.current().set : await loadMappings(options.against);
    const after = withMapping(before, next);
    const { crm } = next;
    const values = options.values ?? false;
    const measure = (): Promise<Impact> => measureImpact(keptStates(tools, crm, before, after), crm, before, after);
    const look = (concerns: (on: Concerned) => void): Promise<Impact> => {
      concerns({ crm });
      return measure();
    };
    const result = values ? await auditedCommand(tools, "show_payload", look) : await measure();
    say(formatImpact(result, { values }));
    if (result.failing.count > 0) process.exitCode = 1;
  });
}
