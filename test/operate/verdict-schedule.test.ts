/** What the CRMs hold, looked at by schedule and kept for whoever wants to see it [Q15]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Connector } from "../../connectors/connector.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { lookAtCrms } from "../../src/operate/verdict/by-schedule.ts";
import { runCli } from "../support/cli.ts";
import { listing } from "../support/listing.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let tools: Tools;
let told: Record<string, unknown>[] = [];

beforeAll(async () => {
  system = await startSystem();
  tools = await openTools(system.environment);
});
beforeEach(async () => {
  await system.reset();
  told = [];
});
afterAll(async () => {
  await tools.close();
  await system.stop();
});

type Opened = (connector: Connector) => Connector;

const never = new AbortController().signal;

function look(signal: AbortSignal = never, opened: Opened = (connector) => connector): Promise<void> {
  const note = (...[entry]: [object, string]): void => void told.push(entry as Record<string, unknown>);
  const log = { debug() {}, info: note, warn() {}, error: note };
  const crms = tools.crms.map(({ crm, ledger, connector }) => ({
    crm,
    ledger,
    open: () => opened({ ...connector, close: async () => {} }),
  }));
  return lookAtCrms({ ...tools, crms, log }, signal);
}

const calls = (): number =>
  [system.sandbox.salesforce, system.sandbox.hubspot]
    .flatMap(({ stats }) => Object.values(stats.calls))
    .reduce((sum, one) => sum + one, 0);

const hours = (count: number): string => new Date(Date.now() - count * 3_600_000).toISOString();

/** As if what is kept had been found so long ago. */
async function age(crm: string, count: number): Promise<void> {
  const kept = await tools.verdicts.of(crm);
  if (kept === undefined) throw new Error("It was looked at.");
  await tools.verdicts.note(crm, { ...kept.last, startedAt: hours(count) });
}

describe("a look by schedule", () => {
  it("keeps of each CRM what it found, and no value of a field", async () => {
    await system.deliver("bookings", listing(11, [11]));
    const { salesforce } = system.sandbox;
    const [contact] = salesforce.records("Contact");
    const [event] = salesforce.records("Event");
    salesforce.edit("Contact", contact?.id ?? "", { LastName: "Typed-by-hand" });
    salesforce.remove("Event", event?.id ?? "");
    await look();
    const kept = await tools.verdicts.of("salesforce");
    expect(kept?.ended).toEqual(kept?.last);
    expect(kept?.last).toMatchObject({
      ...{ by: "schedule", outcome: { kind: "complete" }, purchases: 1, underWay: 0, records: 2, calls: 2 },
      different: { gone: 1, merged: 0, differs: 1 },
      differences: [
        { kind: "gone", purchaseId: "11", object: "Event", id: event?.id },
        { kind: "differs", purchaseId: "11", object: "Contact", id: contact?.id, fields: ["LastName"] },
      ],
    });
    expect(await tools.verdicts.of("hubspot")).toMatchObject({ last: { different: { gone: 0, differs: 0 } } });
    expect(JSON.stringify(kept)).not.toMatch(/Typed-by-hand|Gladden/);
    expect(told).toEqual([
      expect.objectContaining({ crm: "salesforce", outcome: "complete", gone: 1, differs: 1 }),
      expect.objectContaining({ crm: "hubspot", outcome: "complete", records: 2 }),
    ]);
  });

  it("names what is gone before a hundred others", async () => {
    const many = listing(
      11,
      Array.from({ length: 101 }, () => 11),
    );
    for (const [index, booking] of many._embedded.bookings.entries()) booking.id = 100 + index;
    await system.deliver("bookings", many);
    const [contact] = system.sandbox.salesforce.records("Contact");
    for (const { id } of system.sandbox.salesforce.records("Event")) {
      system.sandbox.salesforce.edit("Event", id, { Subject: "Typed-by-hand" });
    }
    system.sandbox.salesforce.remove("Contact", contact?.id ?? "");
    await look();
    const kept = await tools.verdicts.of("salesforce");
    expect(kept?.last.different).toEqual({ gone: 1, merged: 0, differs: 101 });
    expect(kept?.last.differences).toHaveLength(100);
    expect(kept?.last.differences[0]).toMatchObject({ kind: "gone", object: "Contact" });
  });

  it("goes on with the next CRM where one does not answer, and what was found before stays", async () => {
    await system.deliver("bookings", listing(11, [11]));
    const [event] = system.sandbox.salesforce.records("Event");
    system.sandbox.salesforce.remove("Event", event?.id ?? "");
    await look();
    await age("salesforce", 24);
    await age("hubspot", 24);
    system.sandbox.faults.set([{ crm: "salesforce", match: "/", action: { type: "status", status: 503 } }]);
    await look();
    system.sandbox.faults.set([]);
    expect(await tools.verdicts.of("salesforce")).toMatchObject({
      last: { outcome: { kind: "broke_off", why: expect.stringMatching(/./) }, different: { gone: 0 } },
      ended: { outcome: { kind: "complete" }, different: { gone: 1 } },
    });
    expect((await tools.verdicts.of("hubspot"))?.last.startedAt.localeCompare(hours(1))).toBe(1);
  });

  it("is made of each CRM once a day, however often it is scheduled", async () => {
    await system.deliver("bookings", listing(11, [11]));
    await look();
    const before = calls();
    await look();
    await age("hubspot", 19);
    await look();
    expect(calls()).toBe(before);
    await age("hubspot", 21);
    await look();
    expect(calls()).toBe(before + 2);
  });

  it("ends before the next call once the process does, and keeps nothing of it", async () => {
    await system.deliver("bookings", listing(11, [11]));
    const stopping = new AbortController();
    const before = calls();
    const opened: Opened = (connector) => ({
      ...connector,
      async find(query) {
        stopping.abort(new Error("The process ends."));
        return await connector.find(query);
      },
    });
    await expect(look(stopping.signal, opened)).rejects.toThrow("The process ends.");
    expect(calls() - before).toBe(1);
    expect(await tools.verdicts.of("salesforce")).toBeUndefined();
    expect(told).toEqual([]);
  });
});

describe("what is kept", () => {
  it("names no record of somebody who was forgotten", async () => {
    await system.deliver("bookings", listing(11, [11]));
    const [event] = system.sandbox.salesforce.records("Event");
    system.sandbox.salesforce.remove("Event", event?.id ?? "");
    await look();
    const text = async () => JSON.stringify(await dumpRedis(system.redis));
    expect(await text()).toContain(event?.id);
    const { code } = await runCli(["forget", "--email", "test@bookingbug.com"], system.environment);
    expect(code).toBe(0);
    expect(await text()).not.toContain(event?.id);
    expect((await tools.verdicts.of("salesforce"))?.last.different.gone).toBe(1);
  });
});

describe("the command", () => {
  it("keeps what it found as well", async () => {
    await system.deliver("bookings", listing(11, [11]));
    await runCli(["reconcile", "--crm"], system.environment);
    for (const crm of ["salesforce", "hubspot"]) {
      expect(await tools.verdicts.of(crm)).toMatchObject({ last: { by: "command", records: 2 } });
    }
  });
});
