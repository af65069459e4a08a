/** `crm-sync decide` */
import { type Command, Option } from "commander";
import { decide } from "../operate/decide.ts";
import { COMMAND, reportPasses, withTools } from "./terminal.ts";

interface DecideOptions {
  readonly booking: string;
  readonly is: "cancelled" | "active";
}

export function addDecide(program: Command): void {
  program
    .command("decide")
    .description("say what a held booking is")
    .requiredOption("--booking <id>", "the booking")
    .addOption(new Option("--is <verdict>", "what it is").choices(["cancelled", "active"]).makeOptionMandatory())
    .action(async (options: DecideOptions) =>
      withTools(async (tools) => {
        const [first] = tools.crms;
        if (first === undefined) return;
        const decision = { bookingId: options.booking, verdict: options.is };
        const purchaseId = await decide(tools, { decision, crm: first.crm, by: COMMAND });
        await reportPasses(tools, new Map(tools.crms.map(({ crm }) => [crm, [purchaseId]])));
      }),
    );
}
