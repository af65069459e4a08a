/** `crm-sync jobs` and `crm-sync jobs stop` */
import type { Command } from "commander";
import { auditedCommand } from "./audited.ts";
import { COMMAND, say, withTools } from "./terminal.ts";

const SHOWN = 20;

export function addJobs(program: Command): void {
  const jobs = program
    .command("jobs")
    .description("what was done to many purchases at once, newest first: how far it is, and who started it")
    .action(() =>
      withTools(async ({ bulks }) => {
        const { overOf } = await import("../bulk/store.ts");
        const { bulkTitle, STATE_WORDS, stateOf, totalWords } = await import("../bulk/words.ts");
        const found = await bulks.newest({ offset: 0, limit: SHOWN });
        if (found.length === 0) say("no jobs");
        for (const one of found) {
          say(`${one.id}  ${one.at}  ${STATE_WORDS[stateOf(one)]}, ${overOf(one)} of ${totalWords(one)}, by ${one.by}`);
          say(`  ${bulkTitle(one)}`);
        }
      }),
    );
  jobs
    .command("stop <id>")
    .description("take up nothing more of a job")
    .addHelpText("after", "\nExit code: 1 when there is no such job, or it is over.")
    .action((id: string) =>
      withTools(async (tools) => {
        const { filterWords } = await import("../bulk/request.ts");
        const { bulkTitle } = await import("../bulk/words.ts");
        const stopped = await auditedCommand(tools, "stop_job", async (concerns) => {
          concerns({ job: id });
          const bulk = await tools.bulks.stop(id, COMMAND);
          if (bulk) concerns({ action: bulk.request.action, filter: filterWords(bulk.request).join(", ") });
          return bulk;
        });
        if (stopped === undefined) process.exitCode = 1;
        say(stopped === undefined ? "There is no such job, or it is over." : `Stopped: ${bulkTitle(stopped)}`);
      }),
    );
}
