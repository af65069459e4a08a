/** Whose word counts once somebody edited a field: what each `owner` of a mapping does in both CRMs [W17]. */
import { describe, expect, it } from "@jest/globals";
import type { Drifted, DriftedField } from "../../src/drift/store.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { runCli } from "../support/cli.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { useDrift } from "../support/use-drift.ts";

const SALESFORCE = `crm: salesforce
defaults: { owner: ask }
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    owner: crm
    fields:
      LastName: { value: client.last_name, owner: bookingbug }
      Email: { value: client.email, owner: report }
      Phone: { value: client.phone, owner: ask }
      Title: client.title
`;

const HUBSPOT = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    owner: crm
    fields:
      lastname: { value: client.last_name, owner: bookingbug }
      email: { value: client.email, owner: report }
      phone: { value: client.phone, owner: ask }
      jobtitle: client.title
`;

const NAMES = {
  salesforce: { contact: "Contact", bookingbug: "LastName", report: "Email", ask: "Phone", crm: "Title" },
  hubspot: { contact: "contacts", bookingbug: "lastname", report: "email", ask: "phone", crm: "jobtitle" },
} as const;

const world = useDrift(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  return { env: { MAPPINGS_DIR: folder } };
});

const never = new AbortController().signal;

interface Says {
  readonly last?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly title?: string;
}

function anas(id: number, says: Says = {}): Json {
  const { last = "Silva", email = "ana@example.com", phone = "+442070000001", title = "Buyer" } = says;
  const body = somebodys(id, { first: "Ana", last, email }, (booking) =>
    Object.assign(booking, { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" }),
  );
  for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { id: 7, phone, title });
  return body;
}

describe.each(["salesforce", "hubspot"] as const)("%s: a field that was edited", (crm) => {
  const names = NAMES[crm];
  const record = (): { readonly id: string; readonly values: Readonly<Record<string, unknown>> } =>
    world.system.sandbox[crm].records(names.contact)[0] ?? { id: "", values: {} };
  const edit = (field: string, value: string) =>
    world.system.sandbox[crm].edit(names.contact, record().id, { [field]: value });

  async function swept(): Promise<DriftedField[]> {
    const of = world.driftOf(crm);
    const { end } = await sweep(of, never);
    expect(end).toEqual({ kind: "complete" });
    const all: Drifted[] = [];
    for await (const one of of.store.all()) all.push(one);
    return all.flatMap((one) => (one.kind === "drifted" ? one.fields : []));
  }

  async function toldOf(id: number, field: string) {
    const timeline = (await world.tools.syncLog.timeline(String(id))).filter((entry) => entry.crm === crm);
    const records = timeline.flatMap((entry) => (entry.kind === "pass" ? entry.records : []));
    return records.flatMap(({ changes }) => changes).findLast((change) => change.field === field);
  }

  const drifts = async (what: string) => (await runCli(["drift", "--crm", crm, what], world.system.environment)).out;
  async function decide(take: string): Promise<void> {
    const place = ["--crm", crm, "--object", names.contact, "--record", record().id, "--field", names.ask];
    const { code, err } = await runCli(["drift", "decide", ...place, "--take", take], world.system.environment);
    expect([code, err]).toEqual([0, ""]);
  }

  it("is the CRM's for good with `crm`, whatever BookingBug says, and nothing is told of it", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.crm, "Director");
    expect(await swept()).toEqual([]);
    await world.system.deliver("bookings", anas(1_001, { title: "Head buyer" }));
    expect(record().values[names.crm]).toBe("Director");
    expect(await swept()).toEqual([]);
  });

  it("stays with `ask`, and is told with its three sides until somebody has decided", async () => {
    await world.system.deliver("bookings", anas(1_000));
    const written = record().values[names.ask];
    edit(names.ask, "+442070000999");
    const sides = { field: names.ask, asks: "hold", base: written, theirs: "+442070000999" };
    expect(await swept()).toEqual([expect.objectContaining({ ...sides, ours: written })]);
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    expect(record().values[names.ask]).toBe("+442070000999");
    expect(await swept()).toEqual([expect.objectContaining({ ...sides, ours: "+442070000002" })]);
  });

  it("counts as ours once somebody gave it what BookingBug says, so that the next word is written over it [W20]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.ask, "+442070000999");
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    edit(names.ask, "+442070000002");
    expect(await swept()).toEqual([]);
    await world.system.deliver("bookings", anas(1_002, { phone: "+442070000003" }));
    expect(record().values[names.ask]).toBe("+442070000003");
    expect(await swept()).toEqual([]);
  });

  it("is to be written back with `bookingbug`, and written when its value changes", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.bookingbug, "Typed");
    expect(await swept()).toEqual([
      expect.objectContaining({ field: names.bookingbug, asks: "write_back", base: "Silva", theirs: "Typed" }),
    ]);
    await world.system.deliver("bookings", anas(1_001, { last: "Santos" }));
    expect(record().values[names.bookingbug]).toBe("Santos");
    expect(await swept()).toEqual([]);
  });

  it("is written back by a repair with `bookingbug`, which is in the timeline and can be undone [W18]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.bookingbug, "Typed");
    const planned = await drifts("--plan");
    expect(planned).toContain(names.bookingbug);
    expect(planned).not.toContain("Typed");
    expect(record().values[names.bookingbug]).toBe("Typed");
    const done = await drifts("--repair");
    await world.system.quiet();
    expect(record().values[names.bookingbug]).toBe("Silva");
    expect(await toldOf(1_000, names.bookingbug)).toMatchObject({ from: "Typed", to: "Silva" });
    expect(await swept()).toEqual([]);
    const [, job = ""] = /--job (\S+)/.exec(done) ?? [];
    await runCli(["undo", "--crm", crm, "--job", job, "--apply"], world.system.environment);
    expect(record().values[names.bookingbug]).toBe("Typed");
  });

  it("is written back although another purchase has said something newer of the person [W18]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    await world.system.deliver("bookings", anas(1_001, { last: "Santos" }));
    edit(names.bookingbug, "Typed");
    await drifts("--repair");
    await world.system.quiet();
    expect(record().values[names.bookingbug]).toBe("Santos");
    expect(await swept()).toEqual([]);
  });

  it("is noted with `bookingbug` where a notification writes over it [W17]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.bookingbug, "Typed");
    await world.system.deliver("bookings", anas(1_001, { last: "Santos" }));
    expect(await toldOf(1_001, names.bookingbug)).toMatchObject({ from: "Typed", to: "Santos" });
  });

  it("is whoever's a person decides it is with `ask`, until BookingBug's value changes [W18]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    const written = record().values[names.ask];
    edit(names.ask, "+442070000999");
    await swept();
    await decide("crm");
    expect(await swept()).toEqual([expect.objectContaining({ asks: "leave" })]);
    expect((await runCli(["drift", "--crm", crm], world.system.environment)).code).toBe(0);
    await decide("bookingbug");
    await world.system.quiet();
    expect(record().values[names.ask]).toBe(written);
    expect(await toldOf(1_000, names.ask)).toMatchObject({ from: "+442070000999" });
    expect(await swept()).toEqual([]);
  });

  it("is asked about again once BookingBug says something else [W18]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    const nobodys = ["--object", names.contact, "--record", record().id, "--field", names.ask, "--take", "crm"];
    const refused = await runCli(["drift", "decide", "--crm", crm, ...nobodys], world.system.environment);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("Nobody is asked about")]);
    edit(names.ask, "+442070000999");
    await swept();
    await decide("crm");
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    expect(record().values[names.ask]).toBe("+442070000999");
    expect(await swept()).toEqual([expect.objectContaining({ asks: "hold" })]);
  });

  it("has in the audit trail of which record and field somebody decided, and how [S8]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.ask, "+442070000999");
    await swept();
    await decide("crm");
    const { out } = await runCli(["audit", "--json", "--what", "decide_drift"], world.system.environment);
    const on = { crm, record: record().id, answer: `${names.contact}.${names.ask}: crm` };
    expect(JSON.parse(out.trim().split("\n")[0] ?? "")).toMatchObject({ on, outcome: "done" });
  });

  const keptNow = async (): Promise<Drifted[]> => {
    const all: Drifted[] = [];
    for await (const one of world.driftOf(crm).store.all()) all.push(one);
    return all;
  };
  const heldNow = async (): Promise<DriftedField[]> =>
    (await keptNow()).flatMap((one) => (one.kind === "drifted" ? one.fields : []));
  async function skippedOf(id: number): Promise<unknown[]> {
    const timeline = (await world.tools.syncLog.timeline(String(id))).filter((entry) => entry.crm === crm);
    return timeline.flatMap((entry) => (entry.kind === "pass" ? entry.records.flatMap(({ skipped }) => skipped) : []));
  }

  it("is asked about with `ask` as soon as a notification changes it, and the rest is written [W19]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.ask, "+442070000999");
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002", last: "Santos" }));
    expect(record().values).toMatchObject({ [names.ask]: "+442070000999", [names.bookingbug]: "Santos" });
    const sides = { base: "+442070000001", ours: "+442070000002", theirs: "+442070000999" };
    expect(await heldNow()).toEqual([expect.objectContaining({ field: names.ask, asks: "hold", ...sides })]);
    expect(await skippedOf(1_001)).toEqual([{ field: names.ask, why: "asked" }]);
    const { at } = (await heldNow())[0] ?? {};
    expect(at).toEqual(expect.any(String));
    expect(await swept()).toEqual([expect.objectContaining({ field: names.ask, asks: "hold", ...sides, at })]);
  });

  it("is written at once where that is decided for BookingBug, and asked about no more [W19]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.ask, "+442070000999");
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    await decide("bookingbug");
    await world.system.quiet();
    expect(record().values[names.ask]).toBe("+442070000002");
    expect(await heldNow()).toEqual([]);
    await world.system.deliver("bookings", anas(1_002, { phone: "+442070000003" }));
    expect(record().values[names.ask]).toBe("+442070000003");
    expect(await swept()).toEqual([]);
  });

  it("is the CRM's once that is decided, and asked about again at another value alone [W19]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.ask, "+442070000999");
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    await decide("crm");
    const left = [expect.objectContaining({ asks: "leave", ours: "+442070000002" })];
    await world.system.deliver("bookings", anas(1_002, { phone: "+442070000002", last: "Santos" }));
    expect(record().values).toMatchObject({ [names.ask]: "+442070000999", [names.bookingbug]: "Santos" });
    expect(await heldNow()).toEqual(left);
    expect(await swept()).toEqual(left);
    await world.system.deliver("bookings", anas(1_003, { phone: "+442070000003" }));
    const again = { asks: "hold", base: "+442070000001", ours: "+442070000003", theirs: "+442070000999" };
    expect(await heldNow()).toEqual([expect.objectContaining(again)]);
  });

  it("is asked about no more once the CRM holds what BookingBug says [W19]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.ask, "+442070000999");
    await world.system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    edit(names.ask, "+442070000003");
    await world.system.deliver("bookings", anas(1_002, { phone: "+442070000003" }));
    expect(await heldNow()).toEqual([]);
  });

  it("is made again by a repair where its record was deleted [W18]", async () => {
    await world.system.deliver("bookings", anas(1_000));
    world.system.sandbox[crm].remove(names.contact, record().id);
    await drifts("--repair");
    await world.system.quiet();
    expect(record().values[names.bookingbug]).toBe("Silva");
  });

  it("is told with `report`", async () => {
    await world.system.deliver("bookings", anas(1_000));
    edit(names.report, "typed@example.com");
    expect(await swept()).toEqual([expect.objectContaining({ field: names.report, asks: "report" })]);
  });
});
