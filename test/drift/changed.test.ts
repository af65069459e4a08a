/** Between rounds an edit is seen by what the CRM says was changed, at the price of that alone [Q20]. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { UnavailableError } from "../../connectors/errors.ts";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import { askNow, isAskingDue } from "../../src/drift/asking.ts";
import type { LookedAtChanged } from "../../src/drift/changed.ts";
import type { Drifted } from "../../src/drift/store.ts";
import { type SweepDeps, sweep } from "../../src/drift/sweep.ts";
import { startDriftWork } from "../../src/drift/working.ts";
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

async function kept(crm: string): Promise<Drifted[]> {
  const all: Drifted[] = [];
  for await (const one of of(crm).store.all()) all.push(one);
  return all;
}

/** Of somebody with an address of their own. */
function body(id: number): Json {
  return purchase((made) => {
    Object.assign(made, listing(id, [id]));
    Object.assign(made._embedded.client, { id: id * 10, email: `person${id}@example.com` });
    Object.assign(made._embedded.member, { id: id * 10, email: `person${id}@example.com` });
    for (const one of made._embedded.bookings) Object.assign(one, { email: `person${id}@example.com`, _links: {} });
  });
}
const book = (id: number) => world.system.deliver("bookings", body(id));

const calls = (crm: Crm): number =>
  Object.values(world.system.sandbox[crm].stats.calls).reduce((sum, one) => sum + one, 0);

/** A round, and the moment from which on it is asked what changed. */
async function roundBefore(crm: Crm): Promise<void> {
  await sweep(of(crm), never);
  await askNow(of(crm), never);
}

async function asked(crm: Crm, more: Partial<SweepDeps> = {}): Promise<LookedAtChanged> {
  const looked = await askNow({ ...of(crm), ...more }, never);
  if (looked === undefined) throw new Error("Nothing was asked.");
  return looked;
}

describe.each(CRMS)("%s: what changed", (crm, names) => {
  const { person, name, event } = names;
  const sandbox = () => world.system.sandbox[crm];
  const idOf = (object: string, at = 0): string => sandbox().records(object)[at]?.id ?? "";

  it("since the last time is asked for, and an edit is named for a call to ask each object, a read and its editor", async () => {
    for (const id of [11, 12, 13]) await book(id);
    await roundBefore(crm);
    sandbox().edit(person, idOf(person, 1), { [name]: "Typed-by-hand" });
    const before = calls(crm);
    const looked = await asked(crm);
    expect([looked.end.kind, looked.isWhole, looked.round.counts.drifted]).toEqual(["complete", true, 1]);
    expect(await kept(crm)).toMatchObject([
      { kind: "drifted", purchaseId: "12", id: idOf(person, 1), fields: [{ field: name, theirs: "Typed-by-hand" }] },
    ]);
    // Our own words are the newest of the others: where the CRM says whose, nobody reads them.
    const reads = crm === "salesforce" ? 1 : 2;
    const toAsk = of(crm).written().length * (crm === "salesforce" ? 2 : 1);
    const ourUser = crm === "salesforce" ? 1 : 0;
    expect(calls(crm) - before).toBeLessThanOrEqual(toAsk + reads + ourUser + 1);
    expect((await of(crm).rounds.load())?.spent).toBe(looked.round.spent);
    expect(looked.round.counts.calls).toBeGreaterThanOrEqual(calls(crm) - before);
  });

  it("by our own hand is no difference, and costs no more than full reads", async () => {
    for (const id of [11, 12, 13, 14]) await book(id);
    await roundBefore(crm);
    for (const id of [11, 12, 13, 14]) {
      const renamed = body(id);
      Object.assign(renamed._embedded.client, { last_name: "Newer" });
      Object.assign(renamed._embedded.member, { last_name: "Newer", name: "Newer" });
      Object.assign(renamed, { updated_at: "2036-01-01T00:00:00Z" });
      await world.system.deliver("updates", renamed);
    }
    await of(crm).connector.edits?.(person, idOf(person), [name]);
    const before = calls(crm);
    const looked = await asked(crm);
    const toAsk = of(crm).written().length * (crm === "salesforce" ? 2 : 1);
    expect(calls(crm) - before - toAsk).toBeLessThanOrEqual(crm === "salesforce" ? 0 : 2);
    expect([looked.end.kind, await kept(crm)]).toEqual(["complete", []]);
  });

  it("and is somebody else's, or of a purchase that was removed here, is not read", async () => {
    await book(11);
    await roundBefore(crm);
    const known = await world.tools.redis.keys(`${world.tools.keys.recordOf(crm, "*", "*")}`);
    expect(known.length).toBeGreaterThanOrEqual(2);
    await world.tools.redis.del(...known);
    sandbox().edit(person, idOf(person), { [name]: "Typed-by-hand" });
    const { round } = await asked(crm);
    expect(round.counts).toMatchObject({ purchases: 0, records: 0 });
    // A round says again whose they are.
    await sweep(of(crm), never);
    expect(await world.tools.redis.keys(`${world.tools.keys.recordOf(crm, "*", "*")}`)).toHaveLength(known.length);
  });

  it("while a pass was under way is looked at the next time", async () => {
    await book(11);
    await roundBefore(crm);
    sandbox().edit(person, idOf(person), { [name]: "Typed-by-hand" });
    const waits = await asked(crm, { inbox: { ...of(crm).inbox, pendingSince: async () => new Date().toISOString() } });
    expect([waits.round.again, await kept(crm)]).toEqual([["11"], []]);
    // It is ours by then, for all that the CRM says.
    const nothing = async () => ({ changed: [], deleted: [], complete: true });
    await asked(crm, { connector: { ...of(crm).connector, changedSince: nothing } });
    expect(await kept(crm)).toMatchObject([{ purchaseId: "11", fields: [{ field: name }] }]);
  });

  it("is asked for again from the same moment where the day's calls ended it, or the CRM did not answer", async () => {
    await book(11);
    await roundBefore(crm);
    const since = (await of(crm).rounds.asked())?.since;
    sandbox().edit(person, idOf(person), { [name]: "Typed-by-hand" });
    expect((await asked(crm, { callsADay: async () => 1 })).end.kind).toBe("calls_spent");
    const answerless = async () => await Promise.reject(new UnavailableError("It is down."));
    const connector = { ...of(crm).connector, changedSince: answerless };
    expect((await asked(crm, { connector })).end.kind).toBe("broke_off");
    expect((await of(crm).rounds.asked())?.since).toBe(since);
    await asked(crm);
    expect(await kept(crm)).toHaveLength(1);
  });

  it("is named by the command with --since, which makes no round; a deletion too, where the CRM tells", async () => {
    for (const id of [11, 12]) await book(id);
    await roundBefore(crm);
    sandbox().edit(person, idOf(person), { [name]: "Typed-by-hand" });
    const past = new Date(Date.now() - 120_000);
    sandbox().remove(event, idOf(event), { at: past });
    const started = (await of(crm).rounds.load())?.startedAt;
    const { code, out } = await runCli(["drift", "--crm", crm, "--since", "2h", "--json"], world.system.environment);
    const found = JSON.parse(out);
    expect([code, found.outcome, found.tally.byField]).toEqual([1, "complete", { [`${person}.${name}`]: 1 }]);
    expect(found.tally.deleted).toBe(crm === "salesforce" ? 1 : 0);
    expect((await of(crm).rounds.load())?.startedAt).toBe(started);
    await sweep(of(crm), never);
    expect((await kept(crm)).filter(({ kind }) => kind === "deleted")).toHaveLength(1);
  });
});

describe("what changed", () => {
  it("and is not told to its end is said so, and left to a round", async () => {
    await book(11);
    await roundBefore("hubspot");
    const since = (await of("hubspot").rounds.asked())?.since ?? "";
    // An instant of its own, by the clock's milliseconds.
    await sleep(5);
    const told = async () => ({ changed: [], deleted: [], complete: false });
    const { connector } = of("hubspot");
    expect((await asked("hubspot", { connector: { ...connector, changedSince: told } })).isWhole).toBe(false);
    expect(((await of("hubspot").rounds.asked())?.since ?? "") > since).toBe(true);
  });

  it("is asked for by the command only where a round has been made, which it makes otherwise", async () => {
    await book(11);
    await runCli(["drift", "--crm", "hubspot", "--since", "2h"], world.system.environment);
    expect((await of("hubspot").rounds.load())?.counts.records).toBe(2);
  });

  it("is asked for by the worker between rounds", async () => {
    await book(11);
    await roundBefore("hubspot");
    const { hubspot } = world.system.sandbox;
    hubspot.edit("contacts", hubspot.records("contacts")[0]?.id ?? "", { lastname: "Typed-by-hand" });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const options = { crms: world.drift, locks: world.tools.locks, log, everyMs: 86_400_000, tickMs: 5, askMs: 1 };
    const started = (await of("hubspot").rounds.load())?.startedAt;
    const work = startDriftWork(options);
    try {
      await eventually(async () => expect(await kept("hubspot")).toHaveLength(1));
      expect((await of("hubspot").rounds.load())?.startedAt).toBe(started);
    } finally {
      await work.stop(5_000);
    }
  });

  it("is asked for less often where that would take more than half of the day's calls", async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const due = (callsADay: number) =>
      isAskingDue({ callsADay: async () => callsADay }, { at: hourAgo, since: hourAgo, calls: 6, again: [] }, 900_000);
    expect([await due(1_000), await due(100)]).toEqual([true, false]);
  });

  it("is of nobody who was forgotten", async () => {
    await book(11);
    const second = { ...body(11), ...listing(12, [12]) };
    second._embedded = { ...body(11)._embedded, bookings: listing(12, [12])._embedded.bookings };
    await world.system.deliver("bookings", second);
    await roundBefore("hubspot");
    const known = JSON.stringify(await dumpRedis(world.system.redis));
    expect(known).toContain("sharers-of");
    const { code } = await runCli(["forget", "--email", "person11@example.com"], world.system.environment);
    expect([code, JSON.stringify(await dumpRedis(world.system.redis))]).toEqual([
      0,
      expect.not.stringMatching(/record-of|sharers-of/),
    ]);
  });
});
