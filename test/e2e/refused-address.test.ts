/** An org with State and Country picklists, and the default mapping: the address never costs the person or the appointment [W10]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem({
    env: { CRM: "salesforce", WORKER_CONCURRENCY: "100" },
    sandbox: { salesforce: { picklists: true } },
  });
});
afterAll(() => system.stop());
beforeEach(() => system.reset());

const ANA = { first: "Ana", last: "Silva", email: "ana@example.com" };

function living(id: number, address: Readonly<Record<string, string>>): Json {
  const body = somebodys(id, { ...ANA, email: `ana${id}@example.com` });
  for (const who of [body._embedded.client, body._embedded.member]) {
    Object.assign(who, { address1: "1 High Street", address3: "London", postcode: "N1 1AA", ...address });
  }
  return body;
}

const contacts = () => system.sandbox.salesforce.records("Contact").map(({ values }) => values);
const writes = (): number => {
  const { upsert = 0, update = 0 } = system.sandbox.salesforce.stats.calls;
  return upsert + update;
};

const nowhere = (id: number): Json => living(id, { country: "Middle-earth", address4: "Shire" });

describe("a country that the org's list does not know", () => {
  it("is left out with its state, and person and appointment arrive, at one further call", async () => {
    await system.deliver("bookings", nowhere(1_000));
    expect(await system.failures("salesforce")).toEqual([]);
    const [contact] = contacts();
    expect(contact).toMatchObject({ LastName: "Silva", MailingCity: "London", MailingPostalCode: "N1 1AA" });
    expect([contact?.MailingCountry, contact?.MailingState]).toEqual([undefined, undefined]);
    expect(system.sandbox.salesforce.records("Event")).toHaveLength(1);
    expect(writes()).toBe(3);
  });

  it("is not tried again with a repetition [O4], and is once it changes", async () => {
    await system.deliver("bookings", nowhere(1_000));
    const before = writes();
    await system.deliver("updates", nowhere(1_000));
    expect(writes()).toBe(before);
    await system.deliver("updates", living(1_000, { country: "United Kingdom" }));
    expect(contacts()).toMatchObject([{ MailingCountry: "United Kingdom", MailingCountryCode: "GB" }]);
    await system.deliver("updates", nowhere(1_000));
    expect(contacts()).toMatchObject([{ MailingCountry: "United Kingdom" }]);
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("is noted in the timeline without what was refused, and counted", async () => {
    await system.deliver("bookings", nowhere(1_000));
    const shown = await runCli(["show", "1000"], system.environment);
    expect(shown.out).toMatch(
      /MailingCountry left out \(mappings\/salesforce\.yaml:\d+\), because the CRM refused its value: FIELD_INTEGRITY_EXCEPTION: There's a problem with this country/,
    );
    expect(shown.out).not.toMatch(/Middle-earth|Shire/);
    await eventually(async () => {
      const text = await (await fetch(`${system.url}/metrics`, { headers: { authorization: basic(ADMIN) } })).text();
      // What was counted before the reset may be added after it.
      expect(/crm_sync_fields_left_out_total\{crm="salesforce"\} [1-9]/.test(text)).toBe(true);
    });
  });

  it("costs many bookings of one moment one further call together", async () => {
    await system.queues.salesforce?.pause();
    await Promise.all(Array.from({ length: 20 }, (_, index) => system.post("bookings", nowhere(2_000 + index))));
    await system.queues.salesforce?.resume();
    await system.quiet();
    expect(contacts()).toHaveLength(20);
    expect(await system.failures("salesforce")).toEqual([]);
    // As many as without anything refused, which the lanes may spread over a few, and the second of each.
    expect(writes()).toBeLessThanOrEqual(9);
  });
});
