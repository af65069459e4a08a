/** `crm-sync forget` */
import type { Command } from "commander";
import { forget } from "../operate/forget/forget.ts";
import { createLocks } from "../redis/locks.ts";
import { createSyncLog } from "../synclog/sync-log.ts";
import { say, withTools } from "./terminal.ts";

interface ForgetOptions {
  readonly email?: string;
  readonly client?: string;
  readonly dryRun?: boolean;
}

const LOCK_WAIT_MS = 30_000;

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
      if (email && !/^\S+@\S+$/.test(email)) command.error("--email: give an e-mail address");
      const person = {
        emails: new Set(email ? [email] : []),
        clientIds: new Set(options.client ? [options.client] : []),
      };
      await withTools(async (tools) => {
        const { redis, keys, config, inbox, mappings } = tools;
        const crms = config.crms.map(({ crm }) => crm);
        const { retentionDays, workerLockMs: ttlMs } = config;
        const forgotten = await forget(
          {
            redis,
            keys,
            crms,
            inbox,
            mappings,
            syncLog: createSyncLog({ redis, keys, crms, retentionDays }),
            locks: createLocks({ redis, keys, ttlMs, waitMs: LOCK_WAIT_MS }),
            queues: crms.map((crm) => tools.crm(crm).queue),
            dryRun: options.dryRun ?? false,
          },
          person,
        );
        // The file of our own Redis would keep what was removed until it has doubled in size.
        if (config.redis.kind === "embedded" && !options.dryRun) await redis.bgrewriteaof();
        const { purchaseIds, people, quarantined, jobs } = forgotten;
        say(options.dryRun ? "Kept about this person:" : "Removed:");
        say(`  ${purchaseIds.length} purchases${purchaseIds.length > 0 ? ` (${purchaseIds.join(", ")})` : ""}`);
        say(`  ${people} entries of the person, ${quarantined} deliveries in quarantine, ${jobs} jobs`);
        say("The records in the CRMs are not touched; remove them there.");
      });
    });
}
