#!/usr/bin/env node
/** `crm-sync`: what operators and admins do from a terminal. Each command is a file in commands/cli. */
import { Command } from "commander";
import { addReleaseCheck } from "./commands/cli/check.ts";
import { addDecide } from "./commands/cli/decide.ts";
import { addForget } from "./commands/cli/forget.ts";
import { addMapping } from "./commands/cli/mapping.ts";
import { addPick } from "./commands/cli/pick.ts";
import { addReplay } from "./commands/cli/replay.ts";
import { plainWords } from "./refusal.ts";

const program = new Command("crm-sync").description("Keeps Salesforce and HubSpot in step with BookingBug bookings.");

for (const add of [addReplay, addDecide, addPick, addForget, addReleaseCheck, addMapping]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  const text = plainWords(error) ?? String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
