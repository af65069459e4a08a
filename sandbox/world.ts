/** A recorded world as the sandbox's options: what is settled is played, what is open stays as the sandbox has it. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type WorldFile, worldFile } from "../connectors/world/world.ts";
import type { HubspotSandboxOptions } from "./hubspot/options.ts";
import type { SalesforceSandboxOptions } from "./salesforce/options.ts";
import type { SandboxOptions } from "./server.ts";

type FactsOf<Crm extends keyof WorldFile["worlds"]> = NonNullable<WorldFile["worlds"][Crm]>;
type Fact<T> = { readonly settled: T } | { readonly open: string };

/** @throws Error that says what is wrong with the file */
export async function readWorld(file: string): Promise<WorldFile> {
  const parsed = worldFile.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} is no recorded world: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** @param enforceLimits also those of a few seconds, which only a paced client stays within */
export function optionsOf(
  { worlds }: WorldFile,
  enforceLimits = false,
): Pick<SandboxOptions, "salesforce" | "hubspot"> {
  const { salesforce, hubspot } = worlds;
  return {
    ...(salesforce !== undefined && { salesforce: salesforceOptions(salesforce) }),
    ...(hubspot !== undefined && { hubspot: hubspotOptions(hubspot, enforceLimits) }),
  };
}

function hubspotOptions(facts: FactsOf<"hubspot">, enforceLimits: boolean): HubspotSandboxOptions {
  const { apiVersion: _version, timeZone: _zone, tenSecondLimit, ...played } = facts;
  return { ...settled(played), ...(enforceLimits && settled({ tenSecondLimit })) };
}

function salesforceOptions(facts: FactsOf<"salesforce">): SalesforceSandboxOptions {
  const { apiVersion: _version, timeZone: _zone, duplicateRule, ...played } = facts;
  const rule = "settled" in duplicateRule && duplicateRule.settled !== "none" ? duplicateRule.settled : undefined;
  return { ...settled(played), ...(rule !== undefined && { duplicateRule: rule }) };
}

type Settled<F> = { [Name in keyof F]?: F[Name] extends Fact<infer T> ? T : never };

function settled<F extends Readonly<Record<string, Fact<unknown>>>>(facts: F): Settled<F> {
  const entries = Object.entries(facts).flatMap(([name, fact]) => ("settled" in fact ? [[name, fact.settled]] : []));
  return Object.fromEntries(entries) as Settled<F>;
}
