/** `crm-sync pick` */
import type { Command } from "commander";
import { crmOf } from "../operate/deps.ts";
import { auditedCommand } from "./audited.ts";
import { COMMAND, reportPasses, withTools } from "./terminal.ts";

interface PickOptions {
  readonly crm: string;
  readonly purchase: string;
  readonly record: string;
  readonly section: string;
}

export function addPick(program: Command): void {
  program
    .command("pick")
    .description("say which of several matching CRM records a purchase's person is")
    .requiredOption("--crm <name>", "the CRM")
    .requiredOption("--purchase <id>", "the purchase that is held")
    .requiredOption("--record <id>", "the CRM's id of the record")
    .option("--section <name>", "the section of the mapping", "contact")
    .action(async (options: PickOptions) =>
      withTools(async (tools) => {
        const { crm, purchase: purchaseId, section, record: recordId } = options;
        const { pick } = await import("../operate/pick.ts");
        const goOn: string[] = [];
        await auditedCommand(tools, "pick", async (concerns) => {
          concerns({ crm: crmOf(tools, crm).crm, purchase: purchaseId, record: recordId });
          const purchaseIds = await pick(tools, { crm, purchaseId, section, recordId, by: COMMAND });
          goOn.push(...purchaseIds);
        });
        await reportPasses(tools, new Map([[crm, goOn]]));
      }),
    );
}
