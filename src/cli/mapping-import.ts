/** `crm-sync mapping import` */
import { readFile, writeFile } from "node:fs/promises";
import { Argument, type Command, Option } from "commander";
import { say } from "./terminal.ts";

interface ImportOptions {
  readonly crm: string;
  readonly out?: string;
}

export function addMappingImport(mapping: Command): void {
  mapping
    .command("import")
    .description("turn the mapping of another connector into a file of ours, with a comment where a line has no equal")
    .addArgument(new Argument("<from>", "whose it is").choices(["jrni"]))
    .argument("<file>", "the JSON copied out of it")
    .addOption(new Option("--crm <name>", "the CRM it is for").choices(["salesforce"]).default("salesforce"))
    .option("--out <file>", "where to write it; shown when left out")
    .action(importMapping);
}

async function importMapping(_from: string, file: string, { crm, out }: ImportOptions): Promise<void> {
  const { importJrni } = await import("../mapping/jrni/write.ts");
  const text = importJrni(await readFile(file, "utf8"), crm);
  if (out === undefined) return say(text.trimEnd());
  await writeFile(out, text, { flag: "wx" });
}
