/** `crm-sync drift decide` */
import { type Command, Option } from "commander";
import type { Tools } from "../app/tools.ts";
import { auditedCommand } from "./audited.ts";
import { say, withTools } from "./terminal.ts";

interface Options {
  readonly crm: string;
  readonly object: string;
  readonly record: string;
  readonly field: string;
  readonly take: "bookingbug" | "crm";
}

export function addDriftDecide(drift: Command): void {
  drift
    .command("decide")
    .description("say whose word counts in a field that the mapping asks about (owner: ask)")
    .requiredOption("--crm <name>", "the CRM")
    .requiredOption("--object <name>", "the CRM's name for the object")
    .requiredOption("--record <id>", "the CRM's id of the record")
    .requiredOption("--field <name>", "the field")
    .addOption(
      new Option("--take <whose>", "bookingbug: write ours back; crm: leave theirs until ours changes")
        .choices(["bookingbug", "crm"])
        .makeOptionMandatory(),
    )
    .action(async (options: Options, command: Command) => {
      const named = [options.object, options.record, options.field].find((one) => !/^[\w.:-]{1,100}$/.test(one));
      // It stands in the audit trail and in timelines.
      if (named !== undefined) return command.error(`error: drift decide: ${named} is no name or id`);
      await withTools((tools) => run(tools, options), "shared");
    });
}

async function run(tools: Tools, { crm, object, record, field, take }: Options): Promise<void> {
  const { crmOf } = await import("../operate/deps.ts");
  const { decideDrift } = await import("../drift/decide.ts");
  const { writeDecided } = await import("./drift-repair.ts");
  const all = tools.drift();
  try {
    const { store } = crmOf({ crms: all }, crm);
    const repair = await auditedCommand(tools, "decide_drift", async (concerns) => {
      concerns({ crm, record, answer: `${object}.${field}: ${take}` });
      return await decideDrift(store, { object, id: record, field, take });
    });
    if (repair === undefined) say(`${field} is the CRM's until BookingBug says something else.`);
    else await writeDecided(tools, crm, repair);
  } finally {
    await Promise.all(all.map((one) => one.close()));
  }
}
