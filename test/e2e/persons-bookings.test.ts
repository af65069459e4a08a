/** [W15] What is written of all bookings of a person: the last, the next, how many; in both CRMs. */
import { cp, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const FIELDS = {
  salesforce: { last: "Description", staff: "Title", count: "MailingCity", next: "MailingState", name: "LastName" },
  hubspot: { last: "jobtitle", staff: "company", count: "city", next: "state", name: "lastname" },
} as const;

function mapping(crm: keyof typeof FIELDS): string {
  const { last, staff, count, next, name } = FIELDS[crm];
  const [contact, id, email] =
    crm === "salesforce" ? ["Contact", "BB_Id__c", "Email"] : ["contacts", "bookingbug_id", "email"];
  const read = `
      ${last}: { value: client.last_booking.start_at, blank: clear }
      ${staff}: client.last_booking.person_name
      ${next}: { value: client.next_booking.start_at, blank: clear }
      ${count}: "{{ client.active_count }} of {{ client.booking_count }}"`;
  return `crm: ${crm}
objects:
  contact:
    object: ${contact}
    per: person
    external_id: { ${id}: client.id }
    match: [${email}]
    fields:
      ${name}: client.last_name
      ${email}: client.email${read}
`;
}

let system: TestSystem;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings/mapping.schema.json", join(folder, "mapping.schema.json"));
  for (const crm of ["salesforce", "hubspot"] as const) await writeFile(join(folder, `${crm}.yaml`), mapping(crm));
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const ANA = { id: 7, last_name: "Silva", email: "ana@example.com" };
const BEN = { id: 8, last_name: "Ojo", email: "ben@example.com" };

/** A purchase of one booking on a day of 2036. */
function booked(id: number, day: string, who: typeof ANA = ANA, says: Readonly<Record<string, unknown>> = {}): Json {
  const times = { datetime: `2036-${day}T09:00:00+00:00`, end_datetime: `2036-${day}T09:30:00+00:00` };
  const { last_name: last, email } = who;
  const body = somebodys(id, { first: "Ana", last, email }, (one) => {
    Object.assign(one, times, { client_id: who.id, member_id: who.id }, says);
  });
  for (const one of [body._embedded.client, body._embedded.member]) Object.assign(one, who);
  return body;
}

describe.each(["salesforce", "hubspot"] as const)("of a person's bookings, in %s", (crm) => {
  const names = FIELDS[crm];
  const [object, key] =
    crm === "salesforce" ? (["Contact", "BB_Id__c"] as const) : (["contacts", "bookingbug_id"] as const);
  const contact = (id = ANA.id) =>
    system.sandbox[crm].records(object).find(({ values }) => String(values[key]) === String(id))?.values ?? {};
  const day = (value: unknown) => (value === null || value === undefined ? null : String(value).slice(5, 10));
  const said = (id?: number) => {
    const values = contact(id);
    return { last: day(values[names.last]), next: day(values[names.next]), count: values[names.count] };
  };
  const calls = () => Object.values(system.sandbox[crm].stats.calls).reduce((sum, count) => sum + count, 0);

  it("the last, the next and the number are those of all purchases, whichever came last", async () => {
    await system.deliver("bookings", booked(1_000, "04-10"));
    expect(said()).toEqual({ last: "04-10", next: "04-10", count: "1 of 1" });
    await system.deliver("bookings", booked(1_001, "03-10"));
    expect(said()).toEqual({ last: "04-10", next: "03-10", count: "2 of 2" });
  });

  it("a replay of an older purchase sets nothing back, and costs no call", async () => {
    await system.deliver("bookings", booked(1_000, "03-10"));
    await system.deliver("bookings", booked(1_001, "04-10"));
    const before = calls();
    expect(await runCli(["replay", "--purchase", "1000"], system.environment)).toMatchObject({ code: 0 });
    await system.quiet();
    expect(said()).toEqual({ last: "04-10", next: "03-10", count: "2 of 2" });
    expect(calls()).toBe(before);
  });

  it("the one before is the last again once the last is cancelled, whatever the person is called by now", async () => {
    await system.deliver("bookings", booked(1_000, "04-10", ANA, { person_name: "Waqas" }));
    await system.deliver("bookings", booked(1_001, "03-10", { ...ANA, last_name: "Costa" }, { person_name: "Mei" }));
    await system.deliver("cancellations", booked(1_000, "04-10"));
    expect(said()).toEqual({ last: "03-10", next: "03-10", count: "1 of 2" });
    expect(contact()[names.staff]).toBe("Mei");
    await system.deliver("cancellations", booked(1_001, "03-10"));
    expect(said()).toEqual({ last: null, next: null, count: "0 of 2" });
  });

  it("a purchase whose words of the person are older changes what is made of their bookings, and nothing else", async () => {
    await system.deliver("bookings", booked(1_000, "03-10"));
    await system.deliver("bookings", booked(1_001, "04-10", { ...ANA, last_name: "Costa" }));
    const { _embedded, ...rest } = booked(1_000, "05-10");
    await system.deliver("updates", _embedded.bookings[0]);
    expect(rest.id).toBe(1_000);
    expect(said()).toEqual({ last: "05-10", next: "04-10", count: "2 of 2" });
    expect(contact()[names.name]).toBe("Costa");
  });

  it("a booking that is handed to somebody else is theirs, and its former person's no more", async () => {
    await system.deliver("bookings", booked(1_000, "03-10"));
    await system.deliver("bookings", booked(1_001, "04-10"));
    await system.deliver("updates", booked(1_001, "04-10", BEN));
    await system.quiet();
    expect(said(BEN.id)).toEqual({ last: "04-10", next: "04-10", count: "1 of 1" });
    expect(said(ANA.id)).toEqual({ last: "03-10", next: "03-10", count: "1 of 1" });
  });

  it("many purchases that come at once are all counted", async () => {
    const days = ["03-01", "03-02", "03-03", "03-04", "03-05", "03-06"];
    await Promise.all(days.map((one, index) => system.post("bookings", booked(1_000 + index, one))));
    await system.quiet();
    expect(said()).toEqual({ last: "03-06", next: "03-01", count: "6 of 6" });
    expect(system.sandbox[crm].records(object)).toHaveLength(1);
  });

  it("nothing is kept once the person is forgotten, and what comes then counts from the beginning", async () => {
    await system.deliver("bookings", booked(1_000, "04-10"));
    expect((await runCli(["forget", "--email", ANA.email, "--no-suppress"], system.environment)).code).toBe(0);
    expect(await system.redis.keys("*:purchases-of:*")).toEqual([]);
    await system.deliver("bookings", booked(1_001, "03-10"));
    expect(said()).toEqual({ last: "03-10", next: "03-10", count: "1 of 1" });
  });
});
