/** A worker that stops while it writes to a contact, and goes on after another purchase's worker wrote newer values to it. */
import { expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { useFreezable } from "../support/freezable.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";

const { system, startWorker, startFreezable } = useFreezable(
  ({ path, body }) => path.includes("composite/sobjects") && body.includes("Contact"),
);

/** Of the same person, under another purchase. */
const of = (id: number, surname: string): Json =>
  purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member]) person.last_name = surname;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  });

const surname = (): unknown => system().sandbox.salesforce.records("Contact")[0]?.values.LastName;
const untilNamed = (name: string) => eventually(() => expect(surname()).toBe(name));

it("has its late write put right by what was said last, although its own purchase says something older", async () => {
  const frozen = await startFreezable();
  await system().post("bookings", of(1, "First"));
  await system().quiet();

  await frozen.freezeWriting(() => system().post("updates", of(1, "Second")));
  startWorker();
  await system().post("bookings", of(2, "Third"));
  await untilNamed("Third");
  frozen.land();
  await untilNamed("Second");

  frozen.thaw();
  await untilNamed("Third");
  await system().quiet();
  expect(surname()).toBe("Third");
});
