/** `crm-sync resume` */
import type { Command } from "commander";
import { noteCommand } from "./audited.ts";
import { say, withTools } from "./terminal.ts";

export function addResume(program: Command): void {
  program
    .command("resume")
    .description("ask the CRM once; if it accepts us, open its gate, and end the pause that somebody made")
    .requiredOption("--crm <name>", "the CRM")
    .addHelpText("after", "\nExit code: 1 when the gate stays closed.")
    .action(async ({ crm }: { readonly crm: string }) =>
      withTools(async (tools) => {
        const { RESUMED_WORDS, resume, stillClosed } = await import("../operate/resume.ts");
        const resumed = await resume(tools, crm);
        const outcome = resumed.outcome === "resumed" ? "done" : "failed";
        await noteCommand(tools, { what: "resume", on: { crm }, outcome });
        if (resumed.outcome === "resumed") return say(`${crm}: ${RESUMED_WORDS[resumed.was]}`);
        say(`${crm}: ${stillClosed(resumed.gate)}`);
        process.exitCode = 1;
      }),
    );
}
