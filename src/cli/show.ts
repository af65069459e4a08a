/** `crm-sync show` */
import type { Command } from "commander";
import type { Audit } from "../audit/audit.ts";
import type { ShownPurchase } from "../operate/show/show.ts";
import { auditedCommand } from "./audited.ts";
import { COMMAND, say, withTools } from "./terminal.ts";

interface ShowOptions {
  readonly json?: boolean;
  readonly reveal?: boolean;
}

export function addShow(program: Command): void {
  program
    .command("show <id>")
    .description("everything that is stored about a purchase, found by its id or a booking's; personal data masked")
    .option("--json", "as one JSON document, with what BookingBug said last")
    .option("--reveal", "personal data too; that you looked is noted in the purchase's timeline")
    .addHelpText("after", "\nExit code: 0, or 1 when nothing is known of the id.")
    .action((id: string, { json = false, reveal = false }: ShowOptions) =>
      withTools(async (tools) => {
        const { show } = await import("../operate/show/show.ts");
        const { showText } = await import("./show-text.ts");
        const look = (): Promise<ShownPurchase> => show(tools, id, { reveal, by: COMMAND });
        const purchase = reveal ? await auditedLook(tools, id, look) : await look();
        say(json ? JSON.stringify(purchase, null, 2) : showText(purchase));
      }),
    );
}

function auditedLook(
  tools: { readonly audit: Audit },
  id: string,
  look: () => Promise<ShownPurchase>,
): Promise<ShownPurchase> {
  return auditedCommand(tools, "show_payload", async (concerns) => {
    concerns({ purchase: id });
    const shown = await look();
    concerns({ purchase: shown.purchaseId });
    return shown;
  });
}
