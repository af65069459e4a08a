/** `crm-sync provision` */
import type { Command } from "commander";
import type { ProvisionStep } from "../../connectors/connector.ts";
import { plainWords } from "../app/refusal.ts";
import { noteCommand } from "./audited.ts";
import { printable } from "./printable.ts";
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
  const { withConnectors } = await import("../app/with-connectors.ts");
  const { loadMappings } = await import("../mapping/loader.ts");
  const { provision } = await import("../operate/provision.ts");
  const mappings = await loadMappings(mappingsFolder());
  await withConnectors(process.env, options.crm, async (connectors) => {
    for (const connector of connectors) {
      const { crm } = connector;
      const dryRun = options.dryRun ?? false;
      const outcomes: ProvisionStep["outcome"][] = [];
      const onStep = (step: ProvisionStep): void => {
        outcomes.push(step.outcome);
        report(crm, step);
      };
      try {
        await provision(mappings, connector, { dryRun, onStep });
      } catch (error) {
        outcomes.push("failed");
        throw error;
      } finally {
        if (!dryRun && outcomes.some((one) => one !== "present")) await noteProvision(crm, outcomes);
      }
      if (outcomes.length === 0) say(`${crm}: every field that the mappings need is there.`);
    }
  });
}

/** Without a configuration that leads to a trail the fields are created all the same. */
async function noteProvision(crm: string, outcomes: readonly ProvisionStep["outcome"][]): Promise<void> {
  const on = { crm, steps: outcomes.filter((one) => one === "done").length };
  const outcome = outcomes.includes("failed") ? "failed" : "done";
  try {
    const { withAudit } = await import("../app/apart-audit.ts");
    await withAudit(process.env, (audit) => noteCommand({ audit }, { what: "provision", on, outcome }));
  } catch (error) {
    process.stderr.write(`${printable(`Not noted in the audit trail: ${plainWords(error) ?? String(error)}`)}\n`);
  }
}

const MARKS = { planned: "would", done: "done", present: "there", failed: "FAILED" } as const;

function report(crm: string, { what, outcome, reason }: ProvisionStep): void {
  if (outcome === "failed") process.exitCode = 1;
  say(`${crm}: ${MARKS[outcome].padEnd(6)} ${what}${reason === undefined ? "" : `: ${reason}`}`);
}
