/** `crm-sync pause` */
import type { Command } from "commander";
import { LONGEST_PAUSE_MS, LONGEST_REASON, pause } from "../operate/pause.ts";
import { auditedCommand, operator } from "./audited.ts";
import { say, withTools } from "./terminal.ts";
import { milliseconds } from "./time-ago.ts";

interface PauseOptions {
  readonly crm: string;
  readonly reason: string;
  readonly for?: string;
}

export function addPause(program: Command): void {
  program
    .command("pause")
    .description("take nothing from a CRM's queue for a while; notifications are received and kept")
    .requiredOption("--crm <name>", "the CRM")
    .requiredOption("--reason <text>", "why, for everybody who sees the dashboard")
    .option("--for <time>", "resume by itself after e.g. 30m, 1h, 2d; without it when somebody resumes")
    .action(async ({ crm, reason, for: time }: PauseOptions, command: Command) => {
      const forMs = time === undefined ? undefined : milliseconds(time, "--for", command);
      if (forMs !== undefined && forMs > LONGEST_PAUSE_MS) command.error("error: --for is 30d at most");
      if (reason.trim() === "" || reason.length > LONGEST_REASON) {
        command.error(`error: --reason is a text of at most ${LONGEST_REASON} characters`);
      }
      await withTools(async (tools) => {
        await auditedCommand(tools, "pause", async (concerns) => {
          concerns({ crm });
          await pause(tools, { crm, by: operator(), reason, forMs });
        });
        const until = time === undefined ? "until somebody resumes it" : `for ${time}`;
        say(`${crm}: paused ${until}. Notifications are received and kept.`);
      });
    });
}
