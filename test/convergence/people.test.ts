/** A person ends as the newest statement about them says, whichever purchase it came with. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const surnames = () => [
  system.sandbox.salesforce.records("Contact").map(({ values }) => values.LastName),
  system.sandbox.hubspot.records("contacts").map(({ values }) => values.lastname),
];

/** A purchase of client 7. */
const of = (id: number, surname: string, change: (body: Json) => void = () => {}): Json =>
  purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id: 7, last_name: surname, email: "married@example.com" });
    }
    Object.assign(firstBooking(body), {
      id: id * 10,
      purchase_id: id,
      datetime: "2036-03-10T11:30:00+00:00",
      end_datetime: "2036-03-10T12:00:00+00:00",
    });
    change(body);
  });

describe("a person's newest name [P2]", () => {
  beforeEach(async () => {
    await system.deliver(
      "bookings",
      of(1, "Miller", (body) => Object.assign(firstBooking(body), { updated_at: "2026-05-01T00:00:00Z" })),
    );
    await system.deliver("bookings", of(2, "Married"));
    expect(surnames()).toEqual([["Married"], ["Married"]]);
  });

  it("stays when an earlier purchase's booking is cancelled by itself", async () => {
    await system.deliver("cancellations", firstBooking(of(1, "Miller")));
    expect(surnames()).toEqual([["Married"], ["Married"]]);
  });

  it("stays when a stale body of an earlier purchase comes late", async () => {
    const stale = of(1, "Miller", (body) => Object.assign(firstBooking(body), { updated_at: "2026-01-01T00:00:00Z" }));
    await system.deliver("updates", stale);
    expect(surnames()).toEqual([["Married"], ["Married"]]);
  });

  it("changes with what comes to a Redis that took over and has lost how far it had counted [O1]", async () => {
    const { redis, keys } = system;
    await redis.del(keys.seq, keys.looks);
    await system.deliver("bookings", of(3, "Widow"));
    expect(surnames()).toEqual([["Widow"], ["Widow"]]);
  });

  it("changes with the next statement, of whichever purchase", async () => {
    const newer = of(1, "Widow", (body) => Object.assign(firstBooking(body), { updated_at: "2026-06-01T00:00:00Z" }));
    await system.deliver("updates", newer);
    expect(surnames()).toEqual([["Widow"], ["Widow"]]);
  });
});
