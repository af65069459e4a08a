/** `crm-sync forget` */
import type { Command } from "commander";
import { forget } from "../operate/forget/forget.ts";
import { auditedCommand } from "./audited.ts";
import { say, withTools } from "./terminal.ts";

interface ForgetOptions {
  readonly email?: string;
  readonly client?: string;
  readonly dryRun?: boolean;
}

export function addForget(program: Command): void {
  program
    .command("forget")
    .description("remove a person from everything this service keeps; the CRMs' own records stay as they are")
    .option("--email <address>", "the person's e-mail address")
    .option("--client <id>", "BookingBug's id of the client")
    .option("--dry-run", "only say what is kept")
    .action(async (options: ForgetOptions, command: Command) => {
      const email = options.email?.trim().toLowerCase();
      if (!email && !options.client) command.error("forget: say who: --email or --client");
      if (email && !/^[^\s@]+@[^\s@]+$/.test(email)) command.error("--email: give an e-mail address");
      const person = {
        emails: new Set(email ? [email] : []),
        clientIds: new Set(options.client ? [options.client] : []),
      };
      await withTools(async (tools) => {
        const { redis, config } = tools;
        const dryRun = options.dryRun ?? false;
        // The trail outlives the person here: it has a digest of what was typed, and counts.
        const words = await tools.audit.words.digest(email ?? options.client ?? "");
        const forgotten = await auditedCommand(tools, dryRun ? "search" : "forget", async (concerns) => {
          concerns({ by: email ? "email" : "id", words });
          const found = await forget({ ...tools, dryRun }, person);
          concerns({ purchases: found.purchaseIds.length, deliveries: found.quarantined });
          return found;
        });
        // The file of our own Redis would keep what was removed until it has doubled in size.
        if (config.redis.kind === "embedded" && !dryRun) await redis.bgrewriteaof();
        const { purchaseIds, people, quarantined, jobs } = forgotten;
        say(dryRun ? "Kept about this person:" : "Removed:");
        say(`  ${purchaseIds.length} purchases${purchaseIds.length > 0 ? ` (${purchaseIds.join(", ")})` : ""}`);
        say(`  ${people} entries of the person, ${quarantined} deliveries in quarantine, ${jobs} jobs`);
        say("The records in the CRMs are not touched; remove them there.");
      });
    });
}
