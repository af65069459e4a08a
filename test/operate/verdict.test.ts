/** `crm-sync reconcile --crm`: what the CRMs hold beside what was written to them [Q15]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { mappingOf } from "../../src/operate/deps.ts";
import { type Verdict, verdictOn } from "../../src/operate/verdict/verdict.ts";
import { runCli } from "../support/cli.ts";
import { listing } from "../support/listing.ts";
import { purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let tools: Tools;

beforeAll(async () => {
  system = await startSystem();
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

async function look(crm: "salesforce" | "hubspot", callsADay: number | undefined = 100_000): Promise<Verdict> {
  const operated = tools.crms.find((one) => one.crm === crm);
  if (operated === undefined) throw new Error("Both are configured.");
  return await verdictOn({ ...tools, ...operated, choose: mappingOf(tools, crm), callsADay });
}

/** Of people with addresses of their own. */
const book = (id: number) =>
  system.deliver(
    "bookings",
    purchase((body) => {
      Object.assign(body, listing(id, [id]));
      Object.assign(body._embedded.client, { id: id * 10, email: `person${id}@example.com` });
      Object.assign(body._embedded.member, { id: id * 10, email: `person${id}@example.com` });
      for (const one of body._embedded.bookings) Object.assign(one, { email: `person${id}@example.com`, _links: {} });
    }),
  );

const calls = (): number =>
  [system.sandbox.salesforce, system.sandbox.hubspot]
    .flatMap(({ stats }) => Object.values(stats.calls))
    .reduce((sum, one) => sum + one, 0);

describe("a CRM that holds what was written to it", () => {
  it.each(["salesforce", "hubspot"] as const)(
    "%s: is in step, and a person of two purchases is looked at once",
    async (crm) => {
      await system.deliver("bookings", listing(11, [11, 12]));
      await system.deliver("bookings", listing(13, [13]));
      expect(await look(crm)).toEqual({
        crm,
        outcome: { kind: "complete" },
        ...{ purchases: 2, underWay: 0, records: 4, calls: 2 },
        different: { gone: 0, merged: 0, differs: 0 },
        differences: [],
      });
    },
  );

  it("is said to be so by the command, in words and in JSON", async () => {
    await system.deliver("bookings", listing(11, [11, 12]));
    const { code, out } = await runCli(["reconcile", "--crm"], system.environment);
    expect([code, out]).toEqual([
      0,
      ["salesforce", "hubspot"]
        .map((crm) => `${crm}: 3 records of 1 purchases looked at, in 2 calls\n  Everything is as it was written.\n`)
        .join("\n"),
    ]);
    const json = await runCli(["reconcile", "--crm", "--json"], system.environment);
    expect(JSON.parse(json.out)).toMatchObject([
      { crm: "salesforce", records: 3 },
      { crm: "hubspot", records: 3 },
    ]);
  });
});

describe("what differs is listed, and left as it is", () => {
  it("a field that somebody edited, a record that is gone, and one that was merged", async () => {
    for (const id of [11, 12, 13]) await book(id);
    const { salesforce } = system.sandbox;
    const [first, second, third] = salesforce.records("Contact");
    const [event] = salesforce.records("Event");
    salesforce.edit("Contact", first?.id ?? "", { LastName: "Typed-by-hand", Description: "ours is not this field" });
    salesforce.remove("Event", event?.id ?? "");
    salesforce.merge("Contact", second?.id ?? "", third?.id ?? "");
    const before = calls();
    const { different, differences, records } = await look("salesforce");
    expect([different, records]).toEqual([{ gone: 1, merged: 1, differs: 1 }, 6]);
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...{ kind: "differs", purchaseId: "11", object: "Contact", id: first?.id },
          fields: [{ field: "LastName", written: "Gladden", now: "Typed-by-hand" }],
        }),
        expect.objectContaining({ kind: "gone", object: "Event", id: event?.id }),
        expect.objectContaining({ kind: "merged", id: third?.id, into: second?.id }),
      ]),
    );
    expect(calls() - before).toBe(2);
    expect(salesforce.records("Contact").map(({ values }) => values.LastName)).toContain("Typed-by-hand");
    const { code, out } = await runCli(["reconcile", "--crm"], system.environment);
    expect(code).toBe(1);
    expect(out).toContain("  1 edited, 1 gone, 1 merged since they were written:\n");
    expect(out).toMatch(/purchase 11, \w+ \(Contact \w+\) has other values: LastName http/);
    expect(out).not.toContain("Typed-by-hand");
  });

  it("hubspot: e-mails in another case and moments in another notation are no difference", async () => {
    await book(11);
    const { hubspot } = system.sandbox;
    const [contact] = hubspot.records("contacts");
    hubspot.edit("contacts", contact?.id ?? "", { email: "PERSON11@example.com", lastname: " Gladden" });
    expect(await look("hubspot")).toMatchObject({ different: { differs: 0 } });
  });
});

describe("nothing is said of", () => {
  it("a purchase that waits, or failed", async () => {
    await book(11);
    system.sandbox.faults.set([{ crm: "salesforce", match: "/", action: { type: "status", status: 400 } }]);
    await book(12);
    system.sandbox.faults.set([]);
    expect(await look("salesforce")).toMatchObject({ purchases: 2, underWay: 1, records: 2, different: { gone: 0 } });
  });

  it("what is beyond a twentieth of the day's calls, the newest being looked at first", async () => {
    for (const id of [11, 12]) await book(id);
    expect(await look("salesforce", 20)).toMatchObject({ outcome: { kind: "share_used" }, calls: 1 });
    expect(await look("salesforce", 0)).toMatchObject({ outcome: { kind: "share_used" }, calls: 0, records: 0 });
  });

  it("what could not be read, when the CRM does not answer", async () => {
    await book(11);
    system.sandbox.faults.set([{ crm: "salesforce", match: "/", action: { type: "status", status: 503 } }]);
    expect(await look("salesforce")).toMatchObject({ outcome: { kind: "broke_off" }, different: { gone: 0 } });
  });
});
