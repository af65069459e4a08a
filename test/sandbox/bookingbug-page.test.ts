/** Booking, moving and cancelling in the make-believe BookingBug, on its page and by JSON; each is posted, unless that is off. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { startBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { ask } from "./request.ts";

let browser: Browser;
let sandbox: Sandbox;
const posted: string[] = [];
const receiver = createServer((request, response) => {
  posted.push(request.url ?? "");
  response.writeHead(202).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const callbacks = { bookings: `${url}/bookings`, updates: `${url}/updates`, cancellations: `${url}/cancellations` };
  sandbox = await startSandbox({ bookingbug: { callbacks: { ...callbacks, username: "u", password: "p" } } });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
  receiver.close();
});
beforeEach(() => {
  sandbox.bookingbug.reset();
  posted.length = 0;
});

it("a person books, moves and cancels on its page, and what is switched off is not posted", async () => {
  const page = await browser.newPage();
  await page.goto(`${sandbox.url}/`);
  await page.getByRole("link", { name: "Book, move and cancel" }).click();
  await page.getByLabel("First name").fill("<b>Ada</b>");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Start (UTC)").fill("2036-03-10T10:00");
  await page.getByRole("button", { name: "Book" }).click();
  const [{ id, purchaseId } = { id: 0, purchaseId: 0 }] = sandbox.bookingbug.bookings();
  await page.getByRole("cell", { name: "2036-03-10 10:00" }).waitFor();
  expect(await page.getByRole("cell", { name: String(purchaseId) }).count()).toBe(1);

  await page.getByLabel("to ").fill("2036-03-11T12:30");
  await page.getByRole("button", { name: `Move ${id}` }).click();
  await page.getByRole("cell", { name: "2036-03-11 12:30" }).waitFor();
  await eventually(() => expect(posted).toEqual(["/bookings", "/updates"]));

  await page.getByRole("button", { name: "Switch them off" }).click();
  await page.getByRole("heading", { name: "Callbacks are off" }).waitFor();
  await page.getByRole("button", { name: `Cancel ${id}` }).click();
  await page.getByRole("cell", { name: "cancelled" }).waitFor();
  await sandbox.bookingbug.settled();
  expect(posted).toEqual(["/bookings", "/updates"]);
  expect(sandbox.bookingbug.bookings()).toMatchObject([{ isCancelled: true, start: new Date("2036-03-11T12:30Z") }]);
});

it("another process does the same by JSON, and is told what was wrong", async () => {
  const start = ["2036-03-10T10:00:00+01:00", "2036-03-11T10:00Z"];
  const { body } = await ask(sandbox, "POST /bookingbug/book", { start, last_name: "Byron", companyId: 37_014 });
  expect(body).toEqual({ purchaseId: expect.any(Number), bookingIds: [expect.any(Number), expect.any(Number)] });
  const [first, second] = body.bookingIds;
  await ask(sandbox, "POST /bookingbug/cancel", { bookingId: second });
  expect((await ask(sandbox, "GET /bookingbug")).body).toMatchObject({
    callbacks: "on",
    bookings: [
      { id: first, start: "2036-03-10T09:00:00.000Z", isCancelled: false },
      { id: second, isCancelled: true },
    ],
  });
  const refused = [
    await ask(sandbox, "POST /bookingbug/move", { bookingId: second, start: "2036-03-10T10:00Z" }),
    await ask(sandbox, "POST /bookingbug/move", { bookingId: first, start: "soon" }),
    await ask(sandbox, "POST /bookingbug/steal", {}),
  ];
  expect(refused.map(({ status }) => status)).toEqual([400, 400, 404]);
  expect(refused[0]?.body.message).toContain(`There is no active booking ${second}.`);
});
