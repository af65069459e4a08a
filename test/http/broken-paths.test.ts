/** An address that cannot be read is refused as the sender's mistake, on every path, and is no fault of ours [S1]. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { pino } from "pino";
import { ADMIN, basic } from "../support/environment.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
const logged: string[] = [];

beforeAll(async () => {
  const log = pino({ level: "warn" }, { write: (line) => void logged.push(line) });
  system = await startSystem({ log });
});
afterAll(() => system.stop());

it.each([
  "/admin/bookings/%ff",
  "/admin/failed/%c3/x",
  "/admin/quarantine/%e0%a4%a/download",
  "/admin/queues/queue/%ff",
  "/admin/queues/api/queues/%ff/workers",
  "/admin/assets/%ff",
  "/notifications/%ff",
  "/metrics/%zz",
  "/%",
])("%s is a 400", async (path) => {
  const response = await fetch(`${system.url}${path}`, { headers: { authorization: basic(ADMIN) } });
  expect(response.status).toBe(400);
  expect((await response.json()) as object).toMatchObject({ detail: expect.stringContaining("Next:") });
  expect(logged.filter((line) => line.includes("failed"))).toEqual([]);
});

it("leaves alone what is written as it should be", async () => {
  const response = await fetch(`${system.url}/admin/bookings/%25ff`, { headers: { authorization: basic(ADMIN) } });
  expect(response.status).toBe(404);
});
