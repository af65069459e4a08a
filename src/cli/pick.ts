/** `crm-sync pick` */
import type { Command } from "commander";
import { selectMapping } from "../mapping/set.ts";
import { pickRecord } from "../operate/pick.ts";
import { note } from "./note.ts";
import { runReplay } from "./replay.ts";
import { withTools } from "./terminal.ts";

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
        const { ledger, connector } = tools.crm(crm);
        const choose = (companies: readonly string[]) => selectMapping(tools.mappings, crm, companies);
        await pickRecord({ ledger, connector, choose }, { purchaseId, section, recordId });
        await note(tools, [purchaseId], { crm, action: "pick", detail: recordId });
        await runReplay(tools, { crm }, { kind: "purchase", purchaseId });
      }),
    );
}
