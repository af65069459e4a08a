/** What people do to our records in a CRM is seen and named within one round, and never written over [Q17]. */
import { describe, expect, it } from "@jest/globals";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import type { Drifted } from "../../src/drift/store.ts";
import { type SweepDeps, type Swept, sweep } from "../../src/drift/sweep.ts";
import { startDriftWork } from "../../src/drift/working.ts";
import { passLock } from "../../src/sync/pass.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { listing } from "../support/listing.ts";
import { type Json, purchase } from "../support/payloads.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { useDrift } from "../support/use-drift.ts";

const world = useDrift();

type Crm = "salesforce" | "hubspot";
const CRMS = [
  ["salesforce", { person: "Contact", name: "LastName", event: "Event" }],
  ["hubspot", { person: "contacts", name: "lastname", event: "meetings" }],
] as const;

const never = new AbortController().signal;

const of = (crm: string): DriftOfCrm => world.driftOf(crm);

const round = (crm: string, more: Partial<SweepDeps> = {}, signal = never): Promise<Swept> =>
  sweep({ ...of(crm), ...more }, signal);

async function kept(crm: string): Promise<Drifted[]> {
  const all: Drifted[] = [];
  for await (const one of of(crm).store.all()) all.push(one);
  return all.toSorted((a, b) => Number(a.purchaseId) - Number(b.purchaseId));
}

/** Of somebody with an address of their own. */
function body(id: number, ids: readonly number[] = [id]): Json {
  return purchase((made) => {
    Object.assign(made, listing(id, ids));
    Object.assign(made._embedded.client, { id: id * 10, email: `person${id}@example.com` });
    Object.assign(made._embedded.member, { id: id * 10, email: `person${id}@example.com` });
    for (const one of made._embedded.bookings) Object.assign(one, { email: `person${id}@example.com`, _links: {} });
  });
}
const book = (id: number) => world.system.deliver("bookings", body(id));

const calls = (crm: Crm): number =>
  Object.values(world.system.sandbox[crm].stats.calls).reduce((sum, one) => sum + one, 0);

describe.each(CRMS)("%s: a round", (crm, names) => {
  const { person, name, event } = names;
  const sandbox = () => world.system.sandbox[crm];
  const idOf = (object: string, at = 0): string => sandbox().records(object)[at]?.id ?? "";

  it("names an edit with its three sides, a deletion and a merge, and a second one the same and nothing new", async () => {
    for (const id of [11, 12, 13]) await book(id);
    const [edited, survivor, merged, deleted] = [idOf(person), idOf(person, 1), idOf(person, 2), idOf(event)];
    sandbox().edit(person, edited, { [name]: "Typed-by-hand" });
    sandbox().remove(event, deleted);
    sandbox().merge(person, survivor, merged);
    const { end, round: first } = await round(crm);
    expect(end).toEqual({ kind: "complete" });
    expect(first.counts).toMatchObject({ purchases: 3, records: 6, deleted: 1, merged: 1 });
    const found = await kept(crm);
    // The appointment of who was merged leads to the one who is left, which is no difference.
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...{ kind: "drifted", purchaseId: "11", object: person, id: edited },
          fields: [{ field: name, base: "Gladden", ours: "Gladden", theirs: "Typed-by-hand", asks: "report" }].map(
            (one) => expect.objectContaining(one),
          ),
        }),
        expect.objectContaining({ kind: "deleted", object: event, id: deleted }),
        expect.objectContaining({ kind: "merged", id: merged, into: survivor }),
      ]),
    );
    await round(crm);
    const again = await kept(crm);
    expect(again.map(({ seen: _, ...one }) => one)).toEqual(found.map(({ seen: _, ...one }) => one));
    expect(sandbox().records(person)[0]?.values[name]).toBe("Typed-by-hand");
  });

  it("forgets what was mended", async () => {
    await book(11);
    sandbox().edit(person, idOf(person), { [name]: "Typed-by-hand" });
    await round(crm);
    expect(await kept(crm)).toHaveLength(1);
    sandbox().edit(person, idOf(person), { [name]: "Gladden" });
    await round(crm);
    expect(await kept(crm)).toEqual([]);
  });

  it("makes full calls of what five hundred records take", async () => {
    const ids = Array.from({ length: 25 }, (_, index) => 100 + index);
    for (const id of ids) {
      const many = body(
        id,
        Array.from({ length: 19 }, () => 11),
      );
      for (const [at, one] of many._embedded.bookings.entries()) one.id = id * 1_000 + at;
      await world.system.post("bookings", many);
    }
    await world.system.quiet();
    const before = calls(crm);
    const { round: made } = await round(crm);
    expect(made.counts.records).toBe(500);
    const perCall = crm === "salesforce" ? 200 : 100;
    // Where links are no fields, one call reads those of a thousand records.
    const least = Math.ceil(475 / perCall) + 1 + (crm === "salesforce" ? 0 : 1);
    expect(calls(crm) - before).toBeLessThanOrEqual(least * 1.1);
    expect(made.counts.calls).toBe(calls(crm) - before);
  });

  it("believes nothing of what a pass wrote between its looks, and looks again in the end", async () => {
    await book(11);
    const { connector } = of(crm);
    let isFirst = true;
    const find: typeof connector.find = async (query) => {
      if (isFirst) {
        isFirst = false;
        const renamed = body(11);
        Object.assign(renamed._embedded.client, { last_name: "Newer" });
        Object.assign(renamed._embedded.member, { last_name: "Newer", name: "Newer" });
        Object.assign(renamed, { updated_at: "2036-01-01T00:00:00Z" });
        for (const one of renamed._embedded.bookings) Object.assign(one, { datetime: "2036-03-12T15:30:00+00:00" });
        await world.system.deliver("updates", renamed);
      }
      return await connector.find(query);
    };
    const { end, round: made } = await round(crm, { connector: { ...connector, find } });
    expect([end.kind, made.again]).toEqual(["complete", ["11"]]);
    expect(await kept(crm)).toEqual([]);
  });

  it("stops at the day's calls, and goes on the next day where it was", async () => {
    for (const id of [11, 12]) await book(id);
    sandbox().edit(person, idOf(person), { [name]: "Typed-by-hand" });
    const one = await round(crm, { callsADay: async () => 1 });
    // What was begun is looked at to its end: the links of HubSpot's meetings are a call of their own.
    const begun = crm === "salesforce" ? 1 : 2;
    expect([one.end.kind, one.round.counts.calls]).toEqual(["calls_spent", begun]);
    expect((await round(crm, { callsADay: async () => 1 })).round.counts.calls).toBe(begun);
    await of(crm).rounds.save({ ...one.round, day: "2026-01-01" });
    const next = await round(crm, { callsADay: async () => 1 });
    // One for who edited it.
    expect([next.end.kind, next.round.counts.calls, next.round.startedAt]).toEqual([
      "complete",
      begun + 2,
      one.round.startedAt,
    ]);
    expect(await kept(crm)).toHaveLength(1);
  });
});

describe("a round", () => {
  it("goes on where a process was that died, without a look twice", async () => {
    for (const id of [11, 12]) await book(id);
    const { connector } = of("salesforce");
    let asked = 0;
    const dies: typeof connector.find = async (query) => {
      asked += 1;
      if (asked > 2) throw new Error("The process died.");
      return await connector.find(query);
    };
    await expect(round("salesforce", { connector: { ...connector, find: dies } })).rejects.toThrow("died");
    const before = calls("salesforce");
    const { end, round: made } = await round("salesforce");
    expect([end.kind, made.counts.records, calls("salesforce") - before]).toEqual(["complete", 4, 1]);
  });

  it("waits while purchases wait, and makes no call while the CRM is paused", async () => {
    await book(11);
    let looks = 0;
    const inTheWay = async () => {
      looks += 1;
      return looks < 3 ? "live" : "nothing";
    };
    expect((await round("salesforce", { inTheWay: inTheWay as SweepDeps["inTheWay"] })).end.kind).toBe("complete");
    const gate = world.tools.crms.find(({ crm }) => crm === "hubspot")?.gate;
    await gate?.pause({ by: "ana", reason: "an import of theirs", since: new Date().toISOString() });
    const before = calls("hubspot");
    expect((await round("hubspot")).end.kind).toBe("closed");
    expect(calls("hubspot")).toBe(before);
  });

  it("has the ledger follow a record of a booking that holds what we would write, under its lock alone [W20]", async () => {
    await book(11);
    const { ledger, locks } = of("salesforce");
    const { state, records, begun } = await ledger.load("11");
    const [[key = "", record] = []] = Object.entries(records);
    const held = await locks.tryTake(passLock("salesforce", "11"));
    if (record === undefined || held === undefined) throw new Error("It is booked, and nobody is at it.");
    const older = { ...record, values: { ...record.values, Subject: "Older" } };
    await ledger.amend("11", { state, records: { [key]: older } }, held, begun);
    await round("salesforce");
    expect((await ledger.load("11")).records[key]?.values.Subject).toBe("Older");
    await held.release();
    await round("salesforce");
    expect((await ledger.load("11")).records[key]?.values.Subject).toBe(record.values.Subject);
    expect(await kept("salesforce")).toEqual([]);
  });

  it("sees a link that somebody took away, where links are fields", async () => {
    await book(11);
    const { salesforce } = world.system.sandbox;
    const event = salesforce.records("Event")[0]?.id ?? "";
    const who = salesforce.records("Event")[0]?.values.WhoId;
    salesforce.edit("Event", event, { WhoId: null });
    await round("salesforce");
    expect(await kept("salesforce")).toMatchObject([
      { object: "Event", fields: [{ field: "WhoId", isLink: true, base: who, theirs: null }] },
    ]);
  });

  it("asks who edited a field once, where the connector knows", async () => {
    await book(11);
    const { hubspot } = world.system.sandbox;
    hubspot.edit("contacts", hubspot.records("contacts")[0]?.id ?? "", { lastname: "Typed-by-hand" });
    const asked: (readonly string[])[] = [];
    const at = "2036-01-01T00:00:00Z";
    const edits = async (_: string, __: string, fields: readonly string[]) => {
      asked.push(fields);
      return fields.map((field) => ({ field, at, by: "Rep 7", isOurs: false }));
    };
    const connector = { ...of("hubspot").connector, edits };
    await round("hubspot", { connector });
    await round("hubspot", { connector });
    expect(asked).toEqual([["lastname"]]);
    expect(await kept("hubspot")).toMatchObject([{ fields: [{ field: "lastname", by: "Rep 7", at }] }]);
  });

  it("is made by the worker, again once it is time", async () => {
    await book(11);
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const work = startDriftWork({ crms: world.drift, locks: world.tools.locks, log, everyMs: 1, tickMs: 5 });
    try {
      await eventually(async () => expect((await of("hubspot").rounds.load())?.endedAt).toBeDefined());
      const { hubspot } = world.system.sandbox;
      hubspot.remove("meetings", hubspot.records("meetings")[0]?.id ?? "");
      await eventually(async () => expect(await kept("hubspot")).toMatchObject([{ kind: "deleted" }]));
    } finally {
      await work.stop(5_000);
    }
  });
});

describe("what is kept", () => {
  it("is gone once the person is forgotten", async () => {
    await book(11);
    const { salesforce } = world.system.sandbox;
    salesforce.edit("Contact", salesforce.records("Contact")[0]?.id ?? "", { LastName: "Typed-by-hand" });
    await round("salesforce");
    const { code } = await runCli(["forget", "--email", "person11@example.com"], world.system.environment);
    expect([code, await kept("salesforce")]).toEqual([0, []]);
    expect(JSON.stringify(await dumpRedis(world.system.redis))).not.toContain("Typed-by-hand");
  });

  it("is told by the command, its values where they are asked for, and that is audited", async () => {
    await book(11);
    const { hubspot } = world.system.sandbox;
    hubspot.edit("contacts", hubspot.records("contacts")[0]?.id ?? "", { lastname: "Typed-by-hand" });
    const plain = await runCli(["drift", "--crm", "hubspot"], world.system.environment);
    expect(plain.code).toBe(1);
    expect(plain.out).toContain(
      "hubspot: 2 records of 1 purchases looked at, in 4 calls\n  1 edited: contacts.lastname\n",
    );
    expect(plain.out).not.toContain("Typed-by-hand");
    const told = await runCli(["drift", "--crm", "hubspot", "--values", "--json"], world.system.environment);
    expect(JSON.parse(told.out)).toMatchObject({
      crm: "hubspot",
      drifted: [{ fields: [{ theirs: "Typed-by-hand" }] }],
    });
    const later = await runCli(
      ["drift", "--crm", "hubspot", "--since", "2099-01-01", "--json"],
      world.system.environment,
    );
    expect(JSON.parse(later.out).drifted).toEqual([]);
    const { out } = await runCli(["audit"], world.system.environment);
    expect(out.match(/Looked at what people typed in a CRM/g)).toHaveLength(1);
  });
});
