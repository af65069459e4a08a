/** A system as an operator meets it: bookings that went well, some that failed, some that wait for a decision. */
import { eventually } from "./eventually.ts";
import { firstBooking, type Json, purchase, twoBookings } from "./payloads.ts";
import type { TestSystem } from "./system.ts";

/** A purchase of its own, with its own person. */
export function somebodys(
  id: number,
  person: { first: string; last: string; email: string },
  change: (booking: Json) => void = () => {},
): Json {
  return purchase((body) => {
    body.id = id;
    for (const who of [body._embedded.client, body._embedded.member]) {
      Object.assign(who, { id: id * 7, first_name: person.first, last_name: person.last, email: person.email });
    }
    body._embedded.member.name = `${person.first} ${person.last}`;
    body.client_name = `${person.first} ${person.last}`;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
    change(firstBooking(body));
  });
}

const PEOPLE = [
  ["Ada", "Lovelace"],
  ["Ana Maria", "Silva"],
  ["Grace", "Hopper"],
  ["Niall", "O'Brien"],
  ["Zoë", "Brontë"],
  ["Ken", "Sato"],
] as const;

function person(index: number) {
  const [first, last] = PEOPLE[index % PEOPLE.length] ?? PEOPLE[0];
  return { first, last, email: `person${index}@example.com` };
}

/** The time zone is longer than Salesforce's field. */
export function tooLong(booking: Json): void {
  booking.time_zone = "x".repeat(65);
}

export async function playScenes(system: TestSystem): Promise<void> {
  const { sandbox } = system;
  for (let index = 0; index < 6; index += 1) await system.post("bookings", somebodys(1000 + index, person(index)));
  await system.quiet();
  await system.post(
    "updates",
    somebodys(1000, person(0), (booking) => {
      Object.assign(booking, { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" });
    }),
  );
  for (const id of [2001, 2002, 2003]) await system.post("bookings", somebodys(id, person(id), tooLong));
  for (const [n, name] of ["Doe", "Doe-Smith"].entries()) {
    sandbox.salesforce.seed("Contact", {
      FirstName: "Jane",
      LastName: name,
      Email: "jane@example.com",
      Phone: `0207 946 00${n}1`,
    });
  }
  await system.post("bookings", somebodys(3001, { first: "Jane", last: "Doe", email: "jane@example.com" }));
  await system.post("bookings", twoBookings());
  await system.quiet();
  await system.post("cancellations", twoBookings());
  await system.post("bookings", '{"id": 12, "_embedded": {"bookings": [');
  await system.post("updates", { hello: "world" });
  await eventually(async () => {
    const failed = await Promise.all(Object.keys(system.queues).map((crm) => system.failures(crm)));
    if (failed.flat().length < 6) throw new Error("not everything has failed yet");
  });
}
