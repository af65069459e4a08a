/** What an admin reads after a mistake: each file of fixtures/ is one, and the text beside it the exact message. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { withConnectors } from "../../src/app/with-connectors.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { judgeMappings } from "../../src/mapping/parse-all.ts";
import { formatProblem, type MappingProblem } from "../../src/mapping/problems.ts";
import { checkMappings, judgeInCrm, mappingNotes } from "../../src/operate/mapping-check.ts";

const FIXTURES = new URL("fixtures/", import.meta.url);

function mistakes(kind: "offline" | "online" | "picklists" | "suspected"): { what: string; text: string; url: URL }[] {
  const names = readdirSync(new URL(`${kind}/`, FIXTURES)).filter((name) => name.endsWith(".yaml"));
  return names.map((name) => {
    const text = readFileSync(new URL(`${kind}/${name}`, FIXTURES), "utf8");
    const url = new URL(`${kind}/${name.replace(".yaml", ".txt")}`, FIXTURES);
    return { what: name.replace(".yaml", "").replaceAll("-", " "), text, url };
  });
}

/** `UPDATE_FIXTURES=1` writes down what is said now, to be read before it is committed. */
function expectMessages(problems: readonly MappingProblem[], url: URL): void {
  const said = `${problems.map(formatProblem).join("\n")}\n`;
  if (process.env.UPDATE_FIXTURES === "1") writeFileSync(url, said);
  expect(said).toBe(readFileSync(url, "utf8"));
}

describe("a mistake that the file alone shows", () => {
  it.each(mistakes("offline"))("$what", ({ text, url }) => {
    expectMessages(judgeMappings([{ file: "mappings/salesforce.yaml", text }]).problems, url);
  });
});

describe.each([
  { kind: "online", org: "metadata", options: {} },
  { kind: "picklists", org: "metadata, State and Country picklists among them,", options: { picklists: true } },
] as const)("a mistake that the CRM's own $org shows", ({ kind, options }) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ salesforce: options });
  });
  afterAll(() => sandbox.close());

  const environment = () => ({
    CRM: "salesforce,hubspot",
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "client",
    SALESFORCE_CLIENT_SECRET: "client-secret",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
  });

  it.each(mistakes(kind))("$what", async ({ text, url }) => {
    const crm = /^crm: (\w+)/.exec(text)?.[1] ?? "";
    const mapping = parseMapping(text, `mappings/${crm}.yaml`);
    const problems = await withConnectors(environment(), crm, (all) => checkMappings({ mappings: [mapping] }, all));
    expectMessages(problems, url);
  });

  if (kind === "online") {
    it.each(mistakes("suspected"))("or suspects: $what", async ({ text, url }) => {
      const mapping = parseMapping(text, "mappings/salesforce.yaml");
      const { problems, warnings } = await withConnectors(environment(), "salesforce", (all) =>
        judgeInCrm({ mappings: [mapping] }, all),
      );
      expect(problems).toEqual([]);
      expectMessages(warnings, url);
    });
  }

  it("is not found in the default mappings; what is left out there is said", async () => {
    const texts = ["salesforce", "hubspot"].map((crm) => ({
      file: `${crm}.yaml`,
      text: readFileSync(`mappings/${crm}.yaml`, "utf8"),
    }));
    const { mappings } = judgeMappings(texts);
    expect(await withConnectors(environment(), undefined, (all) => checkMappings({ mappings }, all))).toEqual([]);
    const notes = await withConnectors(environment(), "salesforce", ([connector]) =>
      connector === undefined ? Promise.resolve([]) : mappingNotes({ mappings }, connector),
    );
    expect(notes.map((note) => /`(\w+)`/.exec(note)?.[1])).toEqual(
      kind === "picklists" ? ["MailingState", "MailingCountry"] : [],
    );
  });
});
