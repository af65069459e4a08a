/** `crm-sync provision` */
import type { Command } from "commander";
import type { ProvisionStep } from "../../connectors/connector.ts";
import { withConnectors } from "../app/with-connectors.ts";
import { loadMappings } from "../mapping/loader.ts";
import { provision } from "../operate/provision.ts";
import { mappingsFolder, say } from "./terminal.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly crm?: string;
}

export function addProvision(program: Command): void {
  program
    .command("provision")
    .description("create the custom fields, external ids and properties that the mappings need and the CRM lacks")
    .option("--dry-run", "only say what would be created")
    .option("--crm <name>", "only in this CRM")
    .addHelpText("after", "\nExit code: 0 when all is there, 1 when something could not be created.")
    .action(run);
}

async function run(options: Options): Promise<void> {
  const mappings = await loadMappings(mappingsFolder());
  await withConnectors(process.env, options.crm, async (connectors) => {
    for (const connector of connectors) {
      const { crm } = connector;
      let steps = 0;
      const onStep = (step: ProvisionStep): void => {
        steps += 1;
        report(crm, step);
      };
      await provision(mappings, connector, { dryRun: options.dryRun ?? false, onStep });
      if (steps === 0) say(`${crm}: every field that the mappings need is there.`);
    }
  });
}

const MARKS = { planned: "would", done: "done", present: "there", failed: "FAILED" } as const;

function report(crm: string, { what, outcome, reason }: ProvisionStep): void {
  if (outcome === "failed") process.exitCode = 1;
  say(`${crm}: ${MARKS[outcome].padEnd(6)} ${what}${reason === undefined ? "" : `: ${reason}`}`);
}
