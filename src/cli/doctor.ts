/** `crm-sync doctor` */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { Facts } from "../../connectors/recognise.ts";
import type { ConfigReading } from "../app/apart-redis.ts";
import { mappingsFolder, say } from "./terminal.ts";

interface Options {
  readonly writeTest?: boolean;
  readonly record?: string;
  readonly crm?: string;
}

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "say whether Redis, the CRMs, and BookingBug's API if it is set, can be worked with: credentials, scopes, limits, what the mapping needs",
    )
    .option("--write-test", "also create, move, cancel and remove one marked test person and appointment")
    .option("--record <file>", "with --write-test: write down which world the CRMs are, for a sandbox to play")
    .option("--crm <name>", "only this CRM")
    .addHelpText("after", "\nExit code: 0 all is well, 1 something is not.")
    .action(async ({ writeTest = false, crm, record }: Options, command: Command) => {
      if (record !== undefined && !writeTest) command.error("error: --record needs --write-test: only writing tells.");
      const { readConfig } = await import("../app/apart-redis.ts");
      const { withTokens } = await import("../app/with-tokens.ts");
      const { redisPatient, runDoctor } = await import("../operate/doctor/doctor.ts");
      const reading = readConfig(process.env);
      const redis = redisPatient(process.env);
      if (crm === undefined) sayMissing(reading);
      const worlds: Record<string, Facts> = {};
      const keep = (name: string, facts: Facts): void => void Object.assign(worlds, { [name]: facts });
      const count = await withTokens(process.env, (tokens) =>
        runDoctor({ environment: process.env, crm, writeTest, folder: mappingsFolder(), say, keep, tokens, redis }),
      );
      if (record !== undefined) {
        const recorded = new Date().toISOString().slice(0, 10);
        await writeFile(record, `${JSON.stringify({ format: 1, recorded, worlds }, null, 2)}\n`);
        say(`${record} says which world it is: no record, no address and no secret is in it.`);
      }
      const left = writeTest ? "" : " Writing was not tried: run again with --write-test to be sure of that too.";
      say(count === 0 ? `All is well.${left}` : `${count} ${count === 1 ? "thing is" : "things are"} not well.`);
      if (count > 0) process.exitCode = 1;
    });
}

/** Whoever only looks at a CRM needs no more; that the service needs more is said all the same. */
function sayMissing(reading: ConfigReading): void {
  if (reading.kind === "complete") return;
  const names = [...new Set(reading.problems.map(({ variable }) => variable))].join(", ");
  say(`The service itself would not start yet. Missing or wrong: ${names}. Next: bin/crm-sync check says what to set.`);
}
