/** The make-believe BookingBug: its API's own defaults, and what it posts. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { CHILD, PARENT } from "../../sandbox/bookingbug/options.ts";
import { BOOKINGBUG_SIGN_IN } from "../../sandbox/bookingbug/sign-in.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import { sample } from "../support/payloads.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const DAY = new Date("2026-12-01T10:00:00Z");
type Json = Record<string, unknown>;

async function ask(path: string): Promise<{ status: number; body: Json }> {
  const { clientId, clientSecret } = BOOKINGBUG_SIGN_IN;
  const body = JSON.stringify({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });
  const signedIn = await fetch(`${sandbox.url}/oauth/token`, { method: "POST", body });
  const { access_token } = (await signedIn.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, accept: "application/json" };
  const response = await fetch(`${sandbox.url}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Json };
}

const rowsOf = (body: Json): Json[] => (body._embedded as { bookings: Json[] }).bookings;

describe("its list", () => {
  it("has 30 a page, none that is cancelled, and the children's, unless it is asked otherwise", async () => {
    sandbox = await startSandbox();
    const { bookingIds } = sandbox.bookingbug.book({ starts: Array.from({ length: 40 }, () => DAY), companyId: CHILD });
    for (const id of bookingIds.slice(0, 5)) sandbox.bookingbug.cancel(id);
    const list = `/api/v1/admin/${PARENT}/bookings`;
    const { body } = await ask(list);
    expect([rowsOf(body).length, body.total_entries, body.include_cancelled]).toEqual([30, 35, false]);
    expect(body._links).toHaveProperty("next");
    expect((await ask(`${list}?children=false`)).body.total_entries).toBe(0);
    expect((await ask(`${list}?include_cancelled=true&page=2&per_page=30`)).body.total_entries).toBe(40);
  });

  it("has the fields of the documented one", async () => {
    sandbox = await startSandbox();
    sandbox.bookingbug.book({ starts: [DAY] });
    const [row = {}] = rowsOf((await ask(`/api/v1/admin/${PARENT}/bookings`)).body);
    const [documented = {}] = rowsOf(sample("admin-bookings-list") as Json);
    expect(
      Object.keys(row).filter((name) => !(name in documented) && !["person_name", "person_id"].includes(name)),
    ).toEqual([]);
    for (const name of ["time_zone", "address", "booking_type"]) expect(row).not.toHaveProperty(name);
  });
});

describe("its purchase", () => {
  it("has the fields of the documented notification, and no mark of what happened", async () => {
    sandbox = await startSandbox();
    const { purchaseId, bookingIds } = sandbox.bookingbug.book({ starts: [DAY] });
    sandbox.bookingbug.cancel(bookingIds[0] ?? 0);
    const { body } = await ask(`/api/v1/admin/${CHILD}/purchases/${purchaseId}`);
    const documented = sample("purchase-created") as Json;
    expect(Object.keys(body).filter((name) => !(name in documented))).toEqual([]);
    const [booking = {}] = rowsOf(body);
    expect(Object.keys(booking).filter((name) => !(name in (rowsOf(documented)[0] ?? {})))).toEqual([]);
    expect(parseNotification(body).kind).toBe("purchase");
  });
});

describe("its callbacks", () => {
  it("are posted once for each change, to the URL of its kind, and not while they are off", async () => {
    const posted: { path: string; body: Json; auth: string }[] = [];
    const receiver = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      posted.push({
        path: request.url ?? "",
        body: JSON.parse(text) as Json,
        auth: String(request.headers.authorization),
      });
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const credentials = { username: "u", password: "p" };
    const callbacks = { bookings: `${url}/b`, cancellations: `${url}/c`, ...credentials };
    sandbox = await startSandbox({ bookingbug: { callbacks } });
    const { bookingbug } = sandbox;
    const { purchaseId, bookingIds } = bookingbug.book({ starts: [DAY] });
    await bookingbug.settled();
    bookingbug.callbacks = "off";
    bookingbug.move(bookingIds[0] ?? 0, new Date("2026-12-03T10:00:00Z"));
    await bookingbug.settled();
    bookingbug.callbacks = "on";
    bookingbug.move(bookingIds[0] ?? 0, new Date("2026-12-04T10:00:00Z"));
    await bookingbug.settled();
    bookingbug.cancel(bookingIds[0] ?? 0);
    await bookingbug.settled();
    receiver.close();
    expect(posted.map(({ path }) => path)).toEqual(["/b", "/b", "/c"]);
    expect(posted.map(({ body }) => body.id)).toEqual([purchaseId, purchaseId, purchaseId]);
    expect(posted[0]?.auth).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    const read = await ask(`/api/v1/admin/${CHILD}/purchases/${purchaseId}`);
    expect(posted[2]?.body).toEqual(read.body);
  });
});
