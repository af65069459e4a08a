/** Properties of an account's own that take only what they take, in HubSpot: none of them costs the person or the appointment [W10]. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ask } from "../sandbox/request.ts";
import { runCli } from "../support/cli.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

/** By property: the part of an address that it gets, and what its type refuses. */
const PROPERTIES = {
  joined_on: { from: "address1", type: "date", bad: "some day" },
  tier: { from: "address3", type: "enumeration", bad: "platinum" },
  visits: { from: "address4", type: "number", bad: "many" },
  left_on: { from: "postcode", type: "date", bad: "never" },
  rank: { from: "country", type: "number", bad: "high" },
} as const;
const GOOD = { address1: "2036-03-10", address3: "gold", address4: "7", postcode: "2036-03-11", country: "3" };

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  const own = Object.entries(PROPERTIES).map(
    ([name, { from }]) => `      ${name}: { value: client.${from}, refused: leave_out }\n`,
  );
  const text = await readFile("mappings/hubspot.yaml", "utf8");
  const lines = text.replace(/^ {6}(address|city|state|zip|country): .*\n/gm, "");
  await writeFile(
    join(folder, "hubspot.yaml"),
    lines.replace(/^ {6}mobilephone: .*\n/m, (line) => line + own.join("")),
  );
  system = await startSystem({ env: { CRM: "hubspot", WORKER_CONCURRENCY: "100", MAPPINGS_DIR: folder } });
});
afterAll(() => system.stop());
beforeEach(async () => {
  await system.reset();
  for (const [name, { type }] of Object.entries(PROPERTIES)) {
    const fieldType = type === "enumeration" ? "select" : type;
    const options = type === "enumeration" ? [{ label: "Gold", value: "gold", hidden: false, displayOrder: 0 }] : [];
    const body = { name, label: name, type, fieldType, groupName: "contactinformation", options };
    const { status } = await ask(system.sandbox, "POST /crm/v3/properties/contacts", body);
    expect(status).toBe(201);
  }
});

function person(id: number, bad: readonly (keyof typeof PROPERTIES)[]): Json {
  const body = somebodys(id, { first: "Ana", last: "Silva", email: `ana${id}@example.com` });
  const refused = Object.fromEntries(bad.map((name) => [PROPERTIES[name].from, PROPERTIES[name].bad]));
  for (const who of [body._embedded.client, body._embedded.member]) {
    Object.assign(who, { address2: null, ...GOOD, ...refused });
  }
  return body;
}

const contacts = () => system.sandbox.hubspot.records("contacts").map(({ values }) => values);
const own = (values: Readonly<Record<string, unknown>> = {}) =>
  Object.keys(PROPERTIES).map((name) => values[name] ?? null);
/** Contacts are written by upsert, new meetings by create. */
const writes = (): number => system.sandbox.hubspot.stats.calls.upsert ?? 0;

describe("a value that a property's type refuses", () => {
  it.each(["joined_on", "tier", "visits"] as const)("is left out of %s, at one further call", async (name) => {
    await system.deliver("bookings", person(1_000, [name]));
    expect(await system.failures("hubspot")).toEqual([]);
    expect(contacts()).toMatchObject([{ lastname: "Silva", email: "ana1000@example.com" }]);
    expect(Object.keys(PROPERTIES).filter((one) => contacts()[0]?.[one] === undefined)).toEqual([name]);
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
    expect(writes()).toBe(2);
    const shown = await runCli(["show", "1000"], system.environment);
    expect(shown.out).toMatch(
      new RegExp(`${name} left out \\(.*hubspot\\.yaml:\\d+\\), because the CRM refused its value`),
    );
    expect(shown.out).not.toContain(PROPERTIES[name].bad);
  });

  it("costs a batch one further call, in which the refused rows go together, and the others nothing", async () => {
    const bad = (index: number) =>
      index % 4 === 0 ? (["tier"] as const) : index % 4 === 1 ? (["visits"] as const) : [];
    await system.queues.hubspot?.pause();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => system.post("bookings", person(2_000 + index, bad(index)))),
    );
    await system.queues.hubspot?.resume();
    await system.quiet();
    expect(await system.failures("hubspot")).toEqual([]);
    expect(contacts()).toHaveLength(20);
    expect(contacts().filter(({ tier }) => tier === undefined)).toHaveLength(5);
    expect(contacts().filter(({ visits }) => visits === undefined)).toHaveLength(5);
    // As many as without anything refused, which the lanes may spread over a few, and the second of each.
    expect(writes()).toBeLessThanOrEqual(6);
  });

  it("is asked about four times at most, where one property is named after the other", async () => {
    await system.deliver("bookings", person(1_000, ["joined_on", "tier", "visits", "left_on", "rank"]));
    expect(await system.failures("hubspot")).toEqual([]);
    expect(own(contacts()[0])).toEqual([null, null, null, null, null]);
    expect(writes()).toBe(5);
  });
});
