/** `crm-sync check` */
import type { Command } from "commander";
import { say } from "./terminal.ts";

export function addReleaseCheck(program: Command): void {
  program
    .command("check")
    .description(
      "the release check: configuration, mapping files, and both against the CRM, before a version goes live",
    )
    .action(async () => {
      const { prepare } = await import("../app/base.ts");
      const { withTokens } = await import("../app/with-tokens.ts");
      const { checkRelease } = await import("../operate/release-check.ts");
      const base = await prepare({ LOG_LEVEL: "silent", ...process.env }, "release");
      const { problems, notes } = await withTokens(process.env, (tokens) => checkRelease({ ...base, tokens })).finally(
        () => base.stopRedis(),
      );
      for (const note of notes) say(`Note: ${note}`);
      const ready = "Ready: the configuration, Redis, the CRMs and the mapping files fit together.";
      say(problems.length === 0 ? ready : problems.join("\n"));
      if (problems.length > 0) process.exitCode = 1;
    });
}
