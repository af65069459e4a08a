/** Two clients of BookingBug with one e-mail are one contact: it ends as the newest statement says, of whichever of them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

interface Said {
  readonly purchase: number;
  readonly client: number;
  readonly surname: string;
  readonly email?: string;
}

const says = ({ purchase: id, client, surname, email = "shared@example.com" }: Said): Json =>
  purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id: client, last_name: surname, email });
    }
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  });

const tell = (said: Said) => system.deliver("updates", says(said));

interface Contact {
  readonly id: string;
  readonly stamp: unknown;
  readonly surname: unknown;
  readonly email: unknown;
}

const inSalesforce = (): Contact[] =>
  system.sandbox.salesforce.records("Contact").map(({ id, values }) => ({
    id,
    stamp: values.BB_Id__c,
    surname: values.LastName,
    email: values.Email,
  }));
const inHubspot = (): Contact[] =>
  system.sandbox.hubspot.records("contacts").map(({ id, values }) => ({
    id,
    stamp: values.bookingbug_id,
    surname: values.lastname,
    email: values.email,
  }));

const contacts = () => [inSalesforce(), inHubspot()].map((some) => some.map(({ id: _id, ...rest }) => rest));
const both = (...wanted: Omit<Contact, "id">[]) => [wanted, wanted];
const email = "shared@example.com";

/** The e-mail of the contact that a purchase's appointment is linked to, in each CRM. */
const contactOf = (purchaseId: number) => {
  const { salesforce, hubspot } = system.sandbox;
  const event = salesforce.records("Event").find(({ values }) => values.BB_Booking_Id__c === String(purchaseId * 10));
  const meeting = hubspot
    .records("meetings")
    .find(({ values }) => values.bookingbug_booking_id === String(purchaseId * 10));
  return [
    inSalesforce().flatMap((one) => (one.id === event?.values.WhoId ? [one.email] : [])),
    inHubspot().flatMap((one) => (meeting?.links.includes(one.id) ? [one.email] : [])),
  ];
};

describe("two clients' one contact", () => {
  beforeEach(async () => {
    await tell({ purchase: 1, client: 7, surname: "First" });
    await tell({ purchase: 2, client: 8, surname: "Second" });
    expect(contacts()).toEqual(both({ stamp: "7", surname: "Second", email }));
  });

  it("takes what the first of them says again [P6]", async () => {
    await tell({ purchase: 3, client: 7, surname: "First" });
    expect(contacts()).toEqual(both({ stamp: "7", surname: "First", email }));
  });

  it("is left to the one whose it is when the other changes e-mail, and then has that one's values [P5]", async () => {
    await tell({ purchase: 2, client: 8, surname: "Second", email: "eight@example.com" });
    await tell({ purchase: 1, client: 7, surname: "First" });
    expect(contacts()).toEqual(
      both({ stamp: "7", surname: "First", email }, { stamp: "8", surname: "Second", email: "eight@example.com" }),
    );
    expect([contactOf(1), contactOf(2)]).toEqual([
      [[email], [email]],
      [["eight@example.com"], ["eight@example.com"]],
    ]);
  });

  it("goes to the new e-mail of the one whose it is, and the other one gets a contact of their own [P5]", async () => {
    await tell({ purchase: 1, client: 7, surname: "First", email: "seven@example.com" });
    await tell({ purchase: 2, client: 8, surname: "Second" });
    expect(contacts()).toEqual(
      both({ stamp: "7", surname: "First", email: "seven@example.com" }, { stamp: "8", surname: "Second", email }),
    );
  });
});
