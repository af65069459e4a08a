/** `crm-sync mapping preview` */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { loadMappings } from "../../mapping/loader.ts";
import { selectMapping } from "../../mapping/set.ts";
import { formatPlan, plansOf, stateOf } from "../preview.ts";
import { mappingsFolder, say } from "./terminal.ts";

export function addMappingPreview(mapping: Command): void {
  mapping
    .command("preview [file]")
    .description("show what a notification would write, field by field, without touching the CRM")
    .option("--crm <name>", "only for this CRM")
    .action(preview);
}

async function preview(file: string, options: { readonly crm?: string }): Promise<void> {
  const mappings = await loadMappings(mappingsFolder());
  const state = stateOf(JSON.parse(await readFile(file, "utf8")));
  const crms = new Set(mappings.mappings.map(({ crm }) => crm).filter((crm) => !options.crm || crm === options.crm));
  for (const crm of crms) {
    const plans = plansOf(state, (companies) => selectMapping(mappings, crm, companies));
    say(plans.map((plan) => formatPlan(crm, plan)).join("\n\n"));
  }
}
