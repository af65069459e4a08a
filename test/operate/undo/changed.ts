/** A system whose mappings a test changes, and what its CRMs hold. */
import { openTools, type Tools } from "../../../src/app/tools.ts";
import { type LiveMappings, openMappings } from "../../../src/mapping/live.ts";
import { readMappings } from "../../../src/mapping/loader.ts";
import { parseMappings } from "../../../src/mapping/parse-all.ts";
import { retry } from "../../../src/operate/retry.ts";
import type { UndoChoice } from "../../../src/operate/undo/choice.ts";
import { plan, survey } from "../../../src/operate/undo/plan.ts";
import { undo } from "../../../src/operate/undo/run.ts";
import type { UndoAsked } from "../../../src/operate/undo/undoing.ts";
import { startSystem, type TestSystem } from "../../support/system.ts";

export type Crm = "salesforce" | "hubspot";
export type Held = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const OBJECTS = { salesforce: ["Contact", "Event"], hubspot: ["contacts", "meetings"] } as const;

export interface Changing {
  readonly system: TestSystem;
  readonly tools: Tools;
  /** Puts the CRM's file into force with these expressions in the place of others. @returns its version */
  change(crm: Crm, edits: ReadonlyMap<string, string>, rewrite?: (text: string) => string): string;
  /** Puts such a file beside the CRM's as it is, for one company; `change` takes it back. @returns its version */
  changeFor(crm: Crm, companyId: number, edits: ReadonlyMap<string, string>): string;
  /** Has every purchase looked at again. */
  again(crm: Crm, purchaseIds: readonly string[]): Promise<void>;
  /** By object and id. */
  held(crm: Crm): Held;
  stop(): Promise<void>;
}

export async function startChanging(): Promise<Changing> {
  const texts = await readMappings("mappings");
  const folder = await openMappings({ folder: "mappings", crms: ["salesforce", "hubspot"], onChange: () => {} });
  let now = folder.current();
  const mappings: LiveMappings = { current: () => now, watch: () => () => {} };
  const system = await startSystem({ mappings });
  const inForce = (edited: typeof texts): void => {
    now = { ...now, texts: edited, set: parseMappings(edited) };
  };
  const tools: Tools = { ...(await openTools(system.environment)), mappings };
  return {
    system,
    tools,

    change(crm, edits, rewrite = (text) => text) {
      inForce(
        texts.map((one) => (one.file.includes(crm) ? { ...one, text: rewrite(withEdits(one.text, edits)) } : one)),
      );
      return now.set.mappings.find((mapping) => mapping.crm === crm)?.version ?? "";
    },

    changeFor(crm, companyId, edits) {
      const file = `mappings/${crm}-${companyId}.yaml`;
      const text = withEdits(texts.find((one) => one.file.includes(crm))?.text ?? "", edits);
      inForce([...texts, { file, text: text.replace(/^crm: .*$/m, `$&\ncompanies: [${companyId}]`) }]);
      return now.set.mappings.find(({ companies }) => companies.includes(String(companyId)))?.version ?? "";
    },

    async again(crm, purchaseIds) {
      await retry(tools, { crm, purchaseIds, by: "test" });
      await system.quiet();
    },

    held: (crm) =>
      Object.fromEntries(
        OBJECTS[crm].flatMap((object) =>
          system.sandbox[crm].records(object).map(({ id, values }) => [`${object} ${id}`, withoutClock(values)]),
        ),
      ),

    async stop() {
      await tools.close();
      await system.stop();
    },
  };
}

function withEdits(text: string, edits: ReadonlyMap<string, string>): string {
  return text
    .split("\n")
    .map((line) => edits.get(/^ {6}(\w+):/.exec(line)?.[1] ?? "") ?? line)
    .join("\n");
}

function withoutClock(values: object): Readonly<Record<string, unknown>> {
  const kept = Object.entries(values).filter(([name, value]) => value != null && !/modified|modstamp/i.test(name));
  return structuredClone(Object.fromEntries(kept));
}

export const nobodyLooks = (): void => {};

/** Plans, and does it. */
export async function undoAll(tools: Tools, crm: Crm, choice: UndoChoice, created: UndoAsked["created"] = "keep") {
  const surveyed = await survey(tools, crm, choice);
  const planned = await plan(tools, crm, surveyed.records, nobodyLooks);
  const asked = { crm, by: "ops", of: "a test", created };
  return { surveyed, planned, done: await undo(tools, asked, surveyed.records, nobodyLooks) };
}
