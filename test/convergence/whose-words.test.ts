/** What is known of a person is put together from what is said of this person alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** By our id: name and e-mail, in both CRMs alike. */
function people(): Record<string, string> {
  const contacts = system.sandbox.salesforce.records("Contact").map(({ values }) => values);
  const others = system.sandbox.hubspot.records("contacts").map(({ values }) => values);
  const line = (...words: unknown[]) => words.filter(Boolean).join(" ");
  const found = contacts.map((one) => [one.BB_Id__c, line(one.FirstName, one.LastName, one.Email)]);
  const same = others.map((one) => [one.bookingbug_id, line(one.firstname, one.lastname, one.email)]);
  expect(Object.fromEntries(same)).toEqual(Object.fromEntries(found));
  return Object.fromEntries(found);
}

const parent = { id: 7, name: "Ada Byron", first_name: "Ada", last_name: "Byron", email: "ada@example.com" };

/** A purchase whose booking says nothing of a person, unless the change says so. */
const of = (id: number, people: { client?: Json; member?: Json }, change: (body: Json, booking: Json) => void): Json =>
  purchase((body) => {
    body.id = id;
    delete body.client_name;
    delete body._embedded.client;
    delete body._embedded.member;
    Object.assign(body._embedded, people);
    const booking = firstBooking(body);
    for (const key of ["first_name", "last_name", "email"]) delete booking[key];
    for (const rel of ["client", "member"]) delete booking._links[rel];
    Object.assign(booking, { id: id * 10, purchase_id: id });
    change(body, booking);
  });
const nothing = () => {};

it("a child whom a parent books for is a person of its own, and the parent keeps the name", async () => {
  await system.deliver("bookings", of(1, { client: parent, member: parent }, nothing));
  const child = { id: 8, first_name: "Tim", last_name: "Byron" };
  await system.deliver("bookings", of(2, { client: child, member: parent }, nothing));
  expect(people()).toEqual({ 7: "Ada Byron ada@example.com", 8: "Tim Byron" });
});

it("a child without an id is not taken for the parent [P7]", async () => {
  await system.deliver("bookings", of(1, { client: parent, member: parent }, nothing));
  const child = { first_name: "Tim", last_name: "Byron", email: "tim@example.com" };
  await system.deliver("bookings", of(2, { client: child, member: parent }, nothing));
  await system.deliver(
    "bookings",
    of(3, { client: { first_name: "Tom", last_name: "Byron" }, member: parent }, nothing),
  );
  expect(people()).toMatchObject({ 7: "Ada Byron ada@example.com" });
});

it("the member's words are the client's where one of them has no id", async () => {
  await system.deliver("bookings", of(1, { client: { first_name: "Ada" }, member: parent }, nothing));
  expect(people()).toEqual({ 7: "Ada Byron ada@example.com" });
});

describe("what the client leaves out is taken from", () => {
  it.each<[string, { client?: Json; member?: Json }, (body: Json, booking: Json) => void]>([
    [
      "the attendee of the booking",
      { client: { id: 7 } },
      (_body, booking) => Object.assign(booking, { first_name: "Ada", last_name: "Byron", email: parent.email }),
    ],
    [
      "the client as the admin API's booking names them",
      { client: { id: 7, last_name: "Byron" } },
      (_body, booking) =>
        Object.assign(booking, { client_id: 7, client_name: "Ada Byron", client_email: parent.email }),
    ],
    [
      "the purchase's client_name",
      { client: { id: 7, email: parent.email } },
      (body) => Object.assign(body, { client_name: "Ada Byron" }),
    ],
    ["the member's name", { member: { id: 7, name: "Ada Byron", email: parent.email } }, nothing],
    ["the client's name", { client: { id: 7, name: "Ada Byron", email: parent.email } }, nothing],
  ])("%s", async (_what, given, change) => {
    await system.deliver("bookings", of(1, given, change));
    expect(people()).toEqual({ 7: "Ada Byron ada@example.com" });
  });
});

it.each<[string, Json]>([
  ["another client's id", { client_id: 9, client_name: "Ada Byron", client_email: "other@example.com" }],
  ["another name, one of a group", { first_name: "Grace", last_name: "Hopper", email: "other@example.com" }],
])("a booking with %s says nothing of the client [P7]", async (_what, words) => {
  const client = { id: 7, first_name: "Ada", last_name: "Byron" };
  await system.deliver(
    "bookings",
    of(1, { client }, (_body, booking) => Object.assign(booking, words)),
  );
  expect(people()).toEqual({ 7: "Ada Byron" });
});

describe("of a booking that is handed over to somebody who says less, nothing that was said of the former client is left [P7]", () => {
  const named = { client_id: 7, client_name: "Ada Byron", client_email: parent.email, client_mobile: "07700900123" };
  it.each<[string, Json, Json, Record<string, string>]>([
    [
      "with an id of their own",
      { id: 8, first_name: "Tim", last_name: "Byron" },
      { client_id: 8, first_name: "Tim", last_name: "Byron" },
      { 7: "Ada Byron ada@example.com", 8: "Tim Byron" },
    ],
    [
      "without an id",
      { first_name: "Tom", last_name: "Byron" },
      { first_name: "Tom", last_name: "Byron" },
      { 7: "Ada Byron ada@example.com" },
    ],
  ])("%s", async (_who, client, words, expected) => {
    await system.deliver("bookings", of(1, { client: parent }, nothing));
    const { time_zone, address, booking_type, describe: _, ...rest } = firstBooking(of(1, {}, nothing));
    await system.deliver("updates", { ...rest, ...named, multi_status: {} });
    await system.deliver(
      "updates",
      of(1, { client }, (_body, booking) => Object.assign(booking, words)),
    );
    expect(people()).toEqual(expected);
    const [mobile] = [system.sandbox.salesforce.records("Contact").find(({ values }) => values.BB_Id__c === "8")];
    expect(mobile?.values.MobilePhone).toBeUndefined();
  });
});
