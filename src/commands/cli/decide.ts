/** `crm-sync decide` */
import { type Command, Option } from "commander";
import { decide } from "../held.ts";
import { runReplay } from "./replay.ts";
import { withTools } from "./terminal.ts";

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
        const purchaseId = await decide(tools.inbox, { bookingId: options.booking, verdict: options.is });
        await runReplay(tools, {}, { kind: "purchase", purchaseId });
      }),
    );
}
