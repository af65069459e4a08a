/** Whose word counts once somebody edited a field: what each `owner` of a mapping does in both CRMs [W17]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { DriftOfCrm } from "../../src/app/drift.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import type { Drifted, DriftedField } from "../../src/drift/store.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

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

let system: TestSystem;
let tools: Tools;
let drift: readonly DriftOfCrm[];
beforeAll(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
  tools = await openTools(system.environment);
  drift = tools.drift();
});
beforeEach(() => system.reset());
afterAll(async () => {
  for (const one of drift) await one.close();
  await tools.close();
  await system.stop();
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
    system.sandbox[crm].records(names.contact)[0] ?? { id: "", values: {} };
  const edit = (field: string, value: string) =>
    system.sandbox[crm].edit(names.contact, record().id, { [field]: value });

  async function swept(): Promise<DriftedField[]> {
    const of = drift.find((one) => one.crm === crm);
    if (of === undefined) throw new Error("Both are configured.");
    const { end } = await sweep(of, never);
    expect(end).toEqual({ kind: "complete" });
    const all: Drifted[] = [];
    for await (const one of of.store.all()) all.push(one);
    return all.flatMap((one) => (one.kind === "drifted" ? one.fields : []));
  }

  it("is the CRM's for good with `crm`, whatever BookingBug says, and nothing is told of it", async () => {
    await system.deliver("bookings", anas(1_000));
    edit(names.crm, "Director");
    expect(await swept()).toEqual([]);
    await system.deliver("bookings", anas(1_001, { title: "Head buyer" }));
    expect(record().values[names.crm]).toBe("Director");
    expect(await swept()).toEqual([]);
  });

  it("stays with `ask`, and is told with its three sides until somebody has decided", async () => {
    await system.deliver("bookings", anas(1_000));
    const written = record().values[names.ask];
    edit(names.ask, "+442070000999");
    const sides = { field: names.ask, asks: "hold", base: written, theirs: "+442070000999" };
    expect(await swept()).toEqual([expect.objectContaining({ ...sides, ours: written })]);
    await system.deliver("bookings", anas(1_001, { phone: "+442070000002" }));
    expect(record().values[names.ask]).toBe("+442070000999");
    expect(await swept()).toEqual([expect.objectContaining({ ...sides, ours: "+442070000002" })]);
  });

  it("is to be written back with `bookingbug`, and written when its value changes", async () => {
    await system.deliver("bookings", anas(1_000));
    edit(names.bookingbug, "Typed");
    expect(await swept()).toEqual([
      expect.objectContaining({ field: names.bookingbug, asks: "write_back", base: "Silva", theirs: "Typed" }),
    ]);
    await system.deliver("bookings", anas(1_001, { last: "Santos" }));
    expect(record().values[names.bookingbug]).toBe("Santos");
    expect(await swept()).toEqual([]);
  });

  it("is told with `report`", async () => {
    await system.deliver("bookings", anas(1_000));
    edit(names.report, "typed@example.com");
    expect(await swept()).toEqual([expect.objectContaining({ field: names.report, asks: "report" })]);
  });
});
