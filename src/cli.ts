#!/usr/bin/env node
/** `crm-sync`: what operators and admins do from a terminal. Each command is a file in commands/cli. */
import { Command } from "commander";
import { addReleaseCheck } from "./commands/cli/check.ts";
import { addDecide } from "./commands/cli/decide.ts";
import { addMapping } from "./commands/cli/mapping.ts";
import { addPick } from "./commands/cli/pick.ts";
import { addReplay } from "./commands/cli/replay.ts";
import { ConfigError } from "./config/config-error.ts";
import { MappingFileError } from "./mapping/problems.ts";
import { NoMappingError } from "./mapping/set.ts";

const program = new Command("crm-sync").description("Keeps Salesforce and HubSpot in step with BookingBug bookings.");

for (const add of [addReplay, addDecide, addPick, addReleaseCheck, addMapping]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  const plain = error instanceof ConfigError || error instanceof MappingFileError || error instanceof NoMappingError;
  const text = error instanceof Error ? (plain ? error.message : `${error.name}: ${error.message}`) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
