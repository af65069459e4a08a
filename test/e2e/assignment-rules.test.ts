/** Salesforce's assignment rules, which run with every call that does not forbid it. [W16] */
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { movedTo, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const RULE_OWNER = "005SB0000000001AAA";
const sandbox = { salesforce: { assignmentRule: { objects: ["Lead"], ownerId: RULE_OWNER } } } as const;

/** The example's mapping, with a line more in its section of leads. */
async function mappingsWith(line: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings/mapping.schema.json", join(folder, "mapping.schema.json"));
  const text = await readFile("mappings/examples/salesforce-lead/salesforce.yaml", "utf8");
  await writeFile(join(folder, "salesforce.yaml"), text.replace("object: Lead\n", `object: Lead\n${line}`));
  return folder;
}

describe.each([
  { what: "without a word of it", line: "", owner: undefined },
  { what: "with assign: true", line: "    assign: true\n", owner: RULE_OWNER },
])("[W16] an org with assignment rules, and a mapping $what", ({ line, owner }) => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startSystem({ env: { CRM: "salesforce", MAPPINGS_DIR: await mappingsWith(line) }, sandbox });
  });
  beforeEach(async () => {
    await system.reset();
    expect(system.sandbox.salesforce.seed("User", { Email: "queue@shop.example" })).toBe(RULE_OWNER);
  });
  afterAll(() => system.stop());

  const leads = () => system.sandbox.salesforce.records("Lead");

  it("gives a new lead its owner where that was asked for, and only then", async () => {
    await system.deliver("bookings", purchase());
    expect(leads().map(({ values }) => values.OwnerId)).toEqual([owner]);
  });

  it("leaves a lead with who has it, whatever comes afterwards", async () => {
    await system.deliver("bookings", purchase());
    const rep = system.sandbox.salesforce.seed("User", { Email: "rep@shop.example" });
    const [lead] = leads();
    system.sandbox.salesforce.edit("Lead", String(lead?.id), { OwnerId: rep });
    const body = movedTo(purchase(), "2036-03-11T11:30:00+00:00", "2036-03-11T12:00:00+00:00");
    Object.assign(body._embedded.client, { first_name: "Tess" });
    await system.deliver("updates", body);
    expect(leads()).toMatchObject([{ values: { FirstName: "Tess", OwnerId: rep } }]);
  });
});
