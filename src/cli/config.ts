/** `crm-sync config` */
import type { Command } from "commander";
import { say } from "./terminal.ts";

export function addConfig(program: Command): void {
  program
    .command("config")
    .description("show the configuration in force, secrets masked, and what is wrong with it")
    .option("--json", "as JSON")
    .action(async (options: { readonly json?: boolean }) => {
      const { connectors } = await import("../../connectors/index.ts");
      const { loadConfig } = await import("../config/config.ts");
      const { describeConfig } = await import("../config/describe.ts");
      const described = describeConfig(process.env, connectors);
      if (options.json) say(JSON.stringify(described, null, 2));
      else {
        const width = Math.max(...described.map(({ name }) => name.length));
        for (const { name, value, origin } of described)
          say(`${name.padEnd(width)}  ${origin.padEnd(7)}  ${value}`.trimEnd());
      }
      loadConfig(process.env, connectors);
    });
}
