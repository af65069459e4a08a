/** `crm-sync doctor` */
import type { Command } from "commander";
import { withTokens } from "../app/with-tokens.ts";
import { runDoctor } from "../operate/doctor/doctor.ts";
import { mappingsFolder, say } from "./terminal.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "say whether the CRMs, and BookingBug's API if it is set, can be worked with: credentials, scopes, limits, what the mapping needs",
    )
    .option("--write-test", "also create, move, cancel and remove one marked test person and appointment")
    .option("--crm <name>", "only this CRM")
    .addHelpText("after", "\nExit code: 0 all is well, 1 something is not.")
    .action(async ({ writeTest = false, crm }: { writeTest?: boolean; crm?: string }) => {
      const count = await withTokens(process.env, (tokens) =>
        runDoctor({ environment: process.env, crm, writeTest, folder: mappingsFolder(), say, tokens }),
      );
      const left = writeTest ? "" : " Writing was not tried: run again with --write-test to be sure of that too.";
      say(count === 0 ? `All is well.${left}` : `${count} ${count === 1 ? "thing is" : "things are"} not well.`);
      if (count > 0) process.exitCode = 1;
    });
}
