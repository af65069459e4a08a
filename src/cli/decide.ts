/** `crm-sync decide` */
import { type Command, Option } from "commander";
import { decide } from "../operate/pick.ts";
import { note } from "./note.ts";
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
        const detail = `booking ${options.booking} is ${options.is}`;
        const [first] = tools.config.crms;
        if (first !== undefined) await note(tools, [purchaseId], { crm: first.crm, action: "decide", detail });
        await runReplay(tools, {}, { kind: "purchase", purchaseId });
      }),
    );
}
