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

const refuseOnce = (...errors: readonly { statusCode: string; message: string; fields: readonly string[] }[]) =>
  system.sandbox.faults.set([
    {
      crm: "salesforce",
      match: "/composite/sobjects",
      times: 1,
      action: { type: "status", status: 200, body: [{ success: false, errors }] },
    },
  ]);

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

const ruled = (...fields: readonly string[]) => ({
  statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
  message: "This organisation wants it otherwise",
  fields,
});

describe("a refusal of several fields", () => {
  it("in one error or in several leaves out all of them at once, at one further call", async () => {
    refuseOnce(ruled("MailingCity", "MailingStreet"), ruled("MailingPostalCode"));
    await system.deliver("bookings", living(1_000, {}));
    const [contact = {}] = contacts();
    expect(contact).toMatchObject({ LastName: "Silva" });
    expect(["MailingCity", "MailingStreet", "MailingPostalCode"].filter((field) => field in contact)).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([]);
    // The refused one is not counted by the sandbox.
    expect(writes()).toBe(2);
  });

  it.each([
    ["one error", [ruled("MailingCity", "LastName")]],
    ["errors of their own", [ruled("MailingCity"), ruled("LastName")]],
  ])("of which one has to be there, in %s, fails where an operator sees both [W3]", async (_what, errors) => {
    refuseOnce(...errors);
    await system.deliver("bookings", living(1_000, {}));
    expect(contacts()).toEqual([]);
    const [failure = ""] = await system.failures("salesforce");
    expect(failure).toMatch(/\[MailingCity is [^;]*; LastName is /);
  });
});

describe("a value that was refused, once an admin has mended what refused it", () => {
  const mended = async () => {
    refuseOnce(ruled("MailingCity"));
    await system.deliver("bookings", living(1_000, {}));
    expect(contacts()[0]?.MailingCity).toBeUndefined();
    return writes();
  };

  it("waits for somebody, and is written when they have the purchase tried again", async () => {
    const before = await mended();
    await system.deliver("updates", living(1_000, {}));
    expect(writes()).toBe(before);
    expect((await runCli(["replay", "--purchase", "1000"], system.environment)).code).toBe(0);
    expect(contacts()).toMatchObject([{ MailingCity: "London" }]);
    expect(writes()).toBe(before + 1);
  });

  it("is left out once more where it is refused once more, and is not tried with the next repetition [O4]", async () => {
    const before = await mended();
    refuseOnce(ruled("MailingCity"));
    expect((await runCli(["replay", "--purchase", "1000"], system.environment)).code).toBe(0);
    await system.deliver("updates", living(1_000, {}));
    expect(contacts()[0]?.MailingCity).toBeUndefined();
    expect(writes()).toBe(before);
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("is not tried again by what is tried again otherwise", async () => {
    const before = await mended();
    await system.deliver("updates", living(1_000, { postcode: "N1 2BB" }));
    expect(contacts()).toMatchObject([{ MailingPostalCode: "N1 2BB" }]);
    expect(contacts()[0]?.MailingCity).toBeUndefined();
    expect(writes()).toBe(before + 1);
  });
});

describe("the commands that look before a booking comes", () => {
  const told = /mappings\/salesforce\.yaml:\d+: `(\w+)` takes only the names of its picklist in this org/g;

  it.each(["check", "doctor"])(
    "%s names the lines whose values are left out, and finds nothing wrong",
    async (command) => {
      const { code, out } = await runCli([command], system.environment);
      expect([...out.matchAll(told)].map(([, field]) => field)).toEqual(["MailingState", "MailingCountry"]);
      expect([code, out]).toEqual([0, expect.stringMatching(command === "check" ? /^Ready/m : /^All is well/m)]);
    },
  );
});
