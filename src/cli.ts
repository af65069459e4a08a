#!/usr/bin/env node
/**
 * `crm-sync`: what operators and admins do from a terminal. Each command is a file in src/cli, which says at once how it is
 * called, and imports what it works with where it works: only the command that runs is loaded.
 */
import { Command } from "commander";
import { plainWords } from "./app/refusal.ts";
import { addAudit } from "./cli/audit.ts";
import { addReleaseCheck } from "./cli/check.ts";
import { addConfig } from "./cli/config.ts";
import { addDecide } from "./cli/decide.ts";
import { addDoctor } from "./cli/doctor.ts";
import { addDrift } from "./cli/drift.ts";
import { addExport } from "./cli/export.ts";
import { addForget } from "./cli/forget.ts";
import { addImport } from "./cli/import.ts";
import { addJobs } from "./cli/jobs.ts";
import { addMapping } from "./cli/mapping.ts";
import { addPause } from "./cli/pause.ts";
import { addPick } from "./cli/pick.ts";
import { printable } from "./cli/printable.ts";
import { addProvision } from "./cli/provision.ts";
import { addReconcile } from "./cli/reconcile.ts";
import { addReplay } from "./cli/replay.ts";
import { addResume } from "./cli/resume.ts";
import { addShow } from "./cli/show.ts";
import { addUndo } from "./cli/undo.ts";
import { goOnUnheard } from "./cli/unheard.ts";
import { addUser } from "./cli/user.ts";

const program = new Command("crm-sync").description("Keeps Salesforce and HubSpot in step with BookingBug bookings.");

const commands = [
  addShow,
  addReplay,
  addJobs,
  addReconcile,
  addDrift,
  addImport,
  addPause,
  addResume,
  addDecide,
  addPick,
  addUndo,
  addForget,
  addAudit,
  addExport,
  addConfig,
  addDoctor,
  addReleaseCheck,
  addMapping,
  addProvision,
  addUser,
];
for (const add of commands) add(program);
goOnUnheard();

try {
  await program.parseAsync();
} catch (error) {
  const text = plainWords(error) ?? String(error);
  process.stderr.write(`${printable(text)}\n`);
  // A command with exit codes of its own has set one.
  process.exitCode ||= 1;
}
