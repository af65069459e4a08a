/** Who counts as an attendee of a booking, and what of a mapping per attendee is refused. [P10] */
import { describe, expect, it } from "@jest/globals";
import { othersIn } from "../../src/booking/attendees.ts";
import { foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import { personalTexts, withoutPersonal } from "../../src/booking/personal.ts";
import type { PurchaseState } from "../../src/booking/types.ts";
import { checkMapping } from "../../src/mapping/check.ts";
import { mappingContext } from "../../src/mapping/context.ts";
import { planBooking, planShared } from "../../src/mapping/evaluate.ts";
import { leftOutOf } from "../../src/mapping/left-out.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { MappingFileError } from "../../src/mapping/problems.ts";
import { firstBooking, type Json, purchase, twoBookings } from "../support/payloads.ts";

const CLIENT = { id: 1, first_name: "Ana", last_name: "Adler", email: "ana@example.com" };
const BEN = { first_name: "Ben", last_name: "Bakari", email: "ben@example.com" };

function stateOf(body: Json): PurchaseState {
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") throw new Error("no purchase");
  const { notification } = parsed;
  const arrival = { seq: 1, order: 7, receivedAt: "2036-03-01T09:00:00Z", route: "bookings", notification } as const;
  return foldNotification(undefined, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state;
}

const attendees = (body: Json, at = 0) => {
  const state = stateOf(body);
  return mappingContext(state, Object.keys(state.bookings)[at]).attendees?.() ?? [];
};

describe("the attendees of a booking", () => {
  it.each<[string, Json, readonly Json[]]>([
    ["nobody, where it names the client", { ...BEN, ...CLIENT }, []],
    ["nobody, where it says nothing", {}, []],
    ["nobody, where the name is shorter", { first_name: "Ana", email: "ana@example.com" }, []],
    ["who has another name", BEN, [BEN]],
    ["who has another name under the client's id, without it", { ...BEN, client_id: 1 }, [BEN]],
    [
      "the client of the admin API's words",
      { client_id: 2, client_name: "Ben Bakari" },
      [{ id: 2, first_name: "Ben", last_name: "Bakari" }],
    ],
    [
      "those of JRNI, without the client and each once",
      { additional_attendee_customers: [{ ...BEN, id: 2 }, CLIENT, { email: "BEN@example.com", mobile: "07" }] },
      [{ id: 2, ...BEN, mobile: "07" }],
    ],
    [
      "children by id, by object, and nothing else",
      { settings: { child_clients: [5, "6", { name: "Kim Adler" }, "x", {}] } },
      [{ id: 5 }, { id: "6" }, { first_name: "Kim", last_name: "Adler" }],
    ],
    [
      "a child who is listed by id and named by the booking, once",
      { ...BEN, client_id: 5, settings: { child_clients: [5] } },
      [{ id: 5, ...BEN }],
    ],
    ["one child that is no list", { settings: { child_clients: 5 } }, [{ id: 5 }]],
  ])("are %s", (_name, body, people) => {
    expect(othersIn(body, CLIENT)).toEqual(people);
  });

  it("have a key that holds nothing of them, the same each time and another for each", () => {
    const listed = { settings: { child_clients: [{ name: "Kim Adler" }, { name: "Lea Adler" }] } };
    const body = purchase((one) => Object.assign(firstBooking(one), listed));
    const keys = attendees(body).map(({ key }) => key);
    expect(keys).toEqual(attendees(body).map(({ key }) => key));
    expect(new Set(keys).size).toBe(2);
    expect(keys.join()).toMatch(/^[0-9a-f]{12},[0-9a-f]{12}$/);
  });

  it("do not have what another of the purchase has as well, whichever booking names them", () => {
    const body = twoBookings();
    const [first, second] = body._embedded.bookings;
    Object.assign(first, { ...BEN, email: "home@example.com" });
    Object.assign(second, { first_name: "Cleo", last_name: "Caro", email: "HOME@example.com" });
    expect(attendees(body, 0).map(({ person }) => person)).toEqual([
      { first_name: "Ben", last_name: "Bakari", name: "Ben Bakari" },
    ]);
    expect(attendees(body, 1).map(({ person }) => person)).toEqual([
      { first_name: "Cleo", last_name: "Caro", name: "Cleo Caro" },
    ]);
  });

  it("keep their e-mail when each of several bookings names them", () => {
    const body = twoBookings();
    for (const booking of body._embedded.bookings) Object.assign(booking, BEN);
    expect(attendees(body, 1).map(({ person }) => person.email)).toEqual(["ben@example.com"]);
  });

  it("are taken out of sentences that are logged", () => {
    const listed = { settings: { child_clients: [{ name: "Zebedee Quill", email: "zeb@example.com" }] } };
    const state = stateOf(purchase((one) => Object.assign(firstBooking(one), listed)));
    expect(withoutPersonal("Zebedee has zeb@example.com", personalTexts(state))).not.toMatch(/zeb/i);
  });
});

const FILE = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields: { LastName: client.last_name, Email: client.email }
  guest:
    object: Contact
    per: attendee
    external_id: { BB_Id__c: attendee.id }
    match: [Email]
    links: { contact: ReportsToId }
    fields: { LastName: attendee.last_name, Email: attendee.email, Title: booking.full_describe, Department: client.last_name }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId, guest: Guests }
    fields: { StartDateTime: booking.start_at }
`;

describe("a section per attendee", () => {
  const children = [
    { name: "Kim Quill", email: "kim@example.com" },
    { id: 7, name: "Lea Quill" },
    8,
    { name: "No One" },
  ];
  const state = stateOf(purchase((one) => Object.assign(firstBooking(one), { settings: { child_clients: children } })));
  const context = mappingContext(state, Object.keys(state.bookings)[0]);

  it("plans one record for each, which the booking links to", () => {
    const mapping = parseMapping(FILE, "x.yaml");
    const { plans, unidentified } = planShared(mapping, context);
    const guests = plans.filter(({ section }) => section === "guest");
    expect(guests).toMatchObject([
      { identity: { value: undefined }, match: [{ field: "Email", value: "kim@example.com" }], create: "always" },
      { identity: { value: "7" }, create: "always" },
      { identity: { value: "8" }, create: "never" },
    ]);
    expect(guests[0]?.scope).toEqual({ kind: "shared", of: "person", order: 7, alike: ["contact"] });
    expect(guests[0]?.fields.map(({ field }) => field)).toEqual(["LastName", "Email", "Title", "Department"]);
    expect(unidentified).toEqual([{ section: "guest", matchedBy: ["Email"] }]);
    const [appointment] = planBooking(mapping, context);
    const linked = appointment?.links.filter(({ via }) => via === "Guests").map(({ to }) => to) ?? [];
    expect(linked).toEqual(expect.arrayContaining(guests.map(({ key }) => key)));
    expect(linked).toHaveLength(4);
    expect(new Set(linked).size).toBe(4);
  });

  it("says of each what is left out", () => {
    const left = leftOutOf(parseMapping(FILE, "x.yaml"), context, Object.keys(state.bookings)[0]);
    const guests = left.filter((one) => one.kind !== "file" && one.section.name === "guest");
    expect(guests.map(({ kind }) => kind)).toEqual(["blank", "blank", "nameless"]);
  });

  it.each<[string, string, string, RegExp]>([
    [
      "read where there is none",
      "LastName: client.last_name",
      "LastName: attendee.last_name",
      /`attendee` can only be used in sections with `per: attendee`/,
    ],
    [
      "an id that is the client's",
      "BB_Id__c: attendee.id",
      "BB_Id__c: client.id",
      /may book for several.*use `attendee\.id`/,
    ],
    ["an id that changes", "BB_Id__c: attendee.id", "BB_Id__c: attendee.email", /`attendee\.email` changes/],
    [
      "a person who points to attendees",
      "match: [Email]\n    fields",
      "links: { guest: ReportsToId }\n    fields",
      /per person cannot point to the attendees.*let the booking point to them/,
    ],
    [
      "an attendee who points to a booking",
      "links: { contact: Rep",
      "links: { appointment: Rep",
      /per attendee cannot point to a booking/,
    ],
    [
      "`on`",
      "links: { contact: Rep",
      "on: { cancelled: { Title: { constant: x } } }\n    links: { contact: Rep",
      /`on` is for sections with `per: booking`/,
    ],
    [
      "a look-up",
      "per: attendee\n    external_id: { BB_Id__c: attendee.id }\n    match: [Email]\n    links: { contact: ReportsToId }\n    fields",
      "per: attendee\n    find: { Email: attendee.email }\n    fields",
      /nothing is found per attendee/,
    ],
    ["a slip", "attendee.last_name", "attendee.lastname", /did you mean `attendee\.last_name`/],
  ])("is refused with %s", (_name, from, to, words) => {
    expect(FILE.includes(from)).toBe(true);
    expect(() => parseMapping(FILE.replace(from, to), "x.yaml")).toThrow(MappingFileError);
    try {
      parseMapping(FILE.replace(from, to), "x.yaml");
    } catch (error) {
      expect((error as MappingFileError).problems.map(({ message }) => message).join("\n")).toMatch(words);
    }
  });

  it("cannot be linked to by a lookup field, which holds one", () => {
    const field = (name: string) => ({
      name,
      label: name,
      createable: true,
      updateable: true,
      required: false,
      unique: true,
      kind: "reference" as const,
    });
    const names = ["BB_Booking_Id__c", "WhoId", "Guests", "StartDateTime"];
    const Event = { name: "Event", linksAreFields: true, fields: new Map(names.map((name) => [name, field(name)])) };
    const problems = checkMapping(parseMapping(FILE, "x.yaml"), { objects: new Map([["Event", Event]]), names: [] });
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringContaining("`Guests` holds one record"));
    const said = checkMapping(parseMapping(FILE, "x.yaml"), {
      objects: new Map([["Event", { ...Event, manyLinks: ["EventRelation"] }]]),
      names: [],
    });
    expect(said.map(({ message }) => message)).toContainEqual(expect.stringContaining("link by `EventRelation`"));
    const right = checkMapping(parseMapping(FILE.replace("guest: Guests", "guest: EventRelation"), "x.yaml"), {
      objects: new Map([["Event", { ...Event, manyLinks: ["EventRelation"] }]]),
      names: [],
    });
    expect(right.map(({ message }) => message).join()).not.toContain("EventRelation");
  });
});

describe("what was bought with a booking", () => {
  it("is read from the purchase, without its links; the booking says how many places", () => {
    const body = purchase((one) => {
      firstBooking(one).quantity = 3;
      one._embedded.products = [{ name: "Brush", _links: { self: { href: "https://x" } } }, { name: "Bowl" }];
      one._embedded.deals = [{ name: "Two for one" }];
    });
    const state = stateOf(body);
    const { purchase: bought, booking } = mappingContext(state, Object.keys(state.bookings)[0]);
    expect(bought).toMatchObject({ products: [{ name: "Brush" }, { name: "Bowl" }], deals: [{ name: "Two for one" }] });
    expect(JSON.stringify(bought)).not.toContain("_links");
    expect(booking?.quantity).toBe(3);
  });
});
