/** `crm-sync mapping`: the commands about mapping files. */
import type { Command } from "commander";
import { addMappingCheck } from "./mapping-check.ts";
import { addMappingImpact } from "./mapping-impact.ts";
import { addMappingImport } from "./mapping-import.ts";
import { addMappingPreview } from "./mapping-preview.ts";
import { addMappingSchema } from "./mapping-schema.ts";
import { addMappingTest } from "./mapping-test.ts";

export function addMapping(program: Command): void {
  const mapping = program.command("mapping").description("look at the mapping files");
  addMappingCheck(mapping);
  addMappingSchema(mapping);
  addMappingPreview(mapping);
  addMappingImpact(mapping);
  addMappingTest(mapping);
  addMappingImport(mapping);
}
