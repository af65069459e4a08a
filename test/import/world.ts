/** An import as an operator runs it, in the world of the walks, with callbacks that were never set. */
import { appendFile, cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { World } from "../reconcile/world.ts";
import { type Ended, runCli } from "../support/cli.ts";

export const APRIL = ["--from", "2036-04-01", "--to", "2036-04-30"] as const;

/** A moment of April 2036. */
export const april = (day: number, time = "09:00"): Date =>
  new Date(`2036-04-${String(day).padStart(2, "0")}T${time}:00Z`);

export async function planPath(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "import-")), "plan.ndjson");
}

export const importing = (world: World, ...args: string[]): Promise<Ended> =>
  runCli(["import", ...args], world.environment);

/** What was asked of both CRMs so far, but for sign-ins and probes. */
export const askedOfCrms = ({ system: { sandbox } }: World): Record<string, number> =>
  Object.fromEntries(
    [sandbox.salesforce, sandbox.hubspot].flatMap(({ name, stats }) =>
      Object.entries(stats.calls).map(([what, count]) => [`${name} ${what}`, count]),
    ),
  );

/** The mappings in force, with a remark more. */
export async function otherMappings(): Promise<{ readonly MAPPINGS_DIR: string }> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings", folder, { recursive: true });
  await appendFile(join(folder, "hubspot.yaml"), "# Looked at again.\n");
  return { MAPPINGS_DIR: folder };
}
