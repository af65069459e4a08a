/** `crm-sync mapping schema` */
import type { Command } from "commander";
import type { Tools } from "../app/tools.ts";
import type { SchemaIssue } from "../mapping/schema-issue.ts";
import { auditedCommand } from "./audited.ts";
import { say, withTools } from "./terminal.ts";

interface SchemaOptions {
  readonly crm?: string;
  readonly accept?: boolean;
  readonly json?: boolean;
}

const EXIT = { asBefore: 0, changed: 1, notRead: 2 } as const;

export function addMappingSchema(mapping: Command): void {
  mapping
    .command("schema")
    .description("ask the CRM now what changed of the objects and fields that the mappings in force use")
    .option("--crm <name>", "ask only this CRM")
    .option("--accept", "take the CRM as it is now for what it should be; what `mapping check` finds stays on the list")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExit code: 0 nothing that matters changed, 1 something did, 2 the CRM could not be asked.")
    .action(schema);
}

async function schema({ crm, accept = false, json = false }: SchemaOptions, command: Command): Promise<void> {
  process.exitCode = EXIT.notRead;
  await withTools(async (tools) => {
    const wanted = tools.crms.filter((one) => crm === undefined || one.crm === crm);
    if (wanted.length === 0) command.error(`error: CRM does not name ${crm}`);
    const found: { readonly crm: string; readonly issues: readonly SchemaIssue[] }[] = [];
    for (const one of wanted) found.push({ crm: one.crm, issues: await look(tools, one, accept) });
    process.exitCode = found.every(({ issues }) => issues.length === 0) ? EXIT.asBefore : EXIT.changed;
    const { inText } = await import("./mapping-schema-text.ts");
    say(json ? JSON.stringify(found, null, 2) : found.map(inText).join("\n\n"));
  });
}

async function look(
  tools: Tools,
  { crm, connector }: Tools["crms"][number],
  accept: boolean,
): Promise<readonly SchemaIssue[]> {
  const { lookAtSchema } = await import("../operate/schema/look.ts");
  const deps = { connector, mappings: tools.mappings.current().set, seen: tools.schemas };
  if (!accept) return (await lookAtSchema(deps)).issues;
  return await auditedCommand(tools, "accept_schema", async (concerns) => {
    concerns({ crm });
    return (await lookAtSchema(deps, { accept })).issues;
  });
}
