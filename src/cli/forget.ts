/** `crm-sync forget` */
import type { Command } from "commander";
import type { Concerned } from "../audit/line.ts";
import type { Forgotten } from "../operate/forget/forget.ts";
import { auditedCommand } from "./audited.ts";
import { say, withTools } from "./terminal.ts";

interface ForgetOptions {
  readonly email?: string;
  readonly client?: string;
  readonly dryRun?: boolean;
  readonly lift?: boolean;
  readonly suppress: boolean;
}

export function addForget(program: Command): void {
  program
    .command("forget")
    .description("remove a person from everything this service keeps; the CRMs' own records stay as they are")
    .option("--email <address>", "the person's e-mail address")
    .option("--client <id>", "BookingBug's id of the client")
    .option("--no-suppress", "forget now, and take later notifications of the person like anybody's")
    .option("--lift", "remove nothing; take later notifications of the person again")
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
        const asked: Concerned = { by: email ? "email" : "id", words };
        if (options.lift) {
          const lifted = await auditedCommand(tools, "lift", async (concerns) => {
            concerns(asked);
            return await tools.suppression.lift(person);
          });
          return say(liftedText(lifted));
        }
        const forgotten = await auditedCommand(tools, dryRun ? "search" : "forget", async (concerns) => {
          concerns(asked);
          const { forget } = await import("../operate/forget/forget.ts");
          const found = await forget({ ...tools, dryRun, suppress: options.suppress }, person);
          concerns({ purchases: found.purchaseIds.length, deliveries: found.quarantine.theirs });
          return found;
        });
        // The file of our own Redis would keep what was removed until it has doubled in size.
        if (config.redis.kind === "embedded" && !dryRun) await redis.bgrewriteaof();
        say(forgottenText(forgotten, dryRun));
        if (options.suppress && !dryRun) say(SUPPRESSED);
        say("The records in the CRMs are not touched; remove them there.");
      });
    });
}

const SUPPRESSED =
  "Later notifications of this person are counted and applied nowhere, the cancellation of an appointment that the CRMs have among " +
  "them: cancel what is to come there by hand. `forget --lift` with one of their addresses or ids takes them again.";

function liftedText(lifted: number): string {
  if (lifted === 0) return "Nothing of this person was kept out.";
  return `Notifications of this person are taken again, under ${lifted} e-mails and ids.`;
}

function forgottenText(forgotten: Forgotten, dryRun: boolean): string {
  const { purchaseIds, people, quarantine, jobs, emails, clientIds, searched } = forgotten;
  const { copies, timelineEntries, unreadable } = searched;
  return [
    dryRun ? "Kept about this person:" : "Removed:",
    `  ${purchaseIds.length} purchases${listed(purchaseIds)}`,
    `  ${people} entries of the person, ${quarantine.theirs} deliveries in quarantine, ${jobs} jobs`,
    `Known by ${emails} e-mails, ${clientIds.length} clients of BookingBug${listed(clientIds)}.`,
    `Searched ${copies} notifications and ledgers, ${timelineEntries} entries of timelines, ` +
      `${quarantine.searched} deliveries in quarantine.`,
    ...(unreadable === 0 ? [] : [`${unreadable} of them could not be read and may be about this person.`]),
    ...(quarantine.unreadable.length === 0
      ? []
      : [
          `${quarantine.unreadable.length} deliveries in quarantine are no text${listed(quarantine.unreadable.slice(0, 20))}: look at ` +
            "them on the dashboard, and discard what may be about this person.",
        ]),
  ].join("\n");
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? "" : ` (${ids.join(", ")})`;
}
