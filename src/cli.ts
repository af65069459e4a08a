#!/usr/bin/env node
/** `crm-sync`: what operators and admins do from a terminal. Each command is a file in commands/cli. */
import { Command } from "commander";
import { addReleaseCheck } from "./commands/cli/check.ts";
import { addConfig } from "./commands/cli/config.ts";
import { addDecide } from "./commands/cli/decide.ts";
import { addDoctor } from "./commands/cli/doctor.ts";
import { addForget } from "./commands/cli/forget.ts";
import { addMapping } from "./commands/cli/mapping.ts";
import { addPick } from "./commands/cli/pick.ts";
import { printable } from "./commands/cli/printable.ts";
import { addProvision } from "./commands/cli/provision.ts";
import { addReplay } from "./commands/cli/replay.ts";
import { plainWords } from "./refusal.ts";

const program = new Command("crm-sync").description("Keeps Salesforce and HubSpot in step with BookingBug bookings.");

const commands = [
  addReplay,
  addDecide,
  addPick,
  addForget,
  addConfig,
  addDoctor,
  addReleaseCheck,
  addMapping,
  addProvision,
];
for (const add of commands) add(program);

try {
  await program.parseAsync();
} catch (error) {
  const text = plainWords(error) ?? String(error);
  process.stderr.write(`${printable(text)}\n`);
  // A command with exit codes of its own has set one.
  process.exitCode ||= 1;
}
