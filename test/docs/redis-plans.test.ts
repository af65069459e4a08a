/** What docs/deployment.md says to buy is what its formula gives, and what `crm-sync doctor` reckons with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { bytesOfBooking } from "../../src/redis/room.ts";
import { everyVariable } from "../config/every-variable.ts";
import { ROOT } from "../support/children.ts";

const page = readFileSync(join(ROOT, "docs/deployment.md"), "utf8");
const rows = [...page.matchAll(/^\| ([\d,]+) +\|(.*)\|$/gm)].map(([, bookings = "", cells = ""]) => ({
  bookings: Number(bookings.replaceAll(",", "")),
  sizes: [...cells.matchAll(/([\d.]+) GB/g)].map(([, size]) => Number(size)),
}));
const LEAD_DAYS = 14;
const kept = Number(everyVariable.find(({ name }) => name === "LEDGER_RETENTION_DAYS")?.default);

it("gives each volume the memory by the formula, and a plan with a quarter to spare", () => {
  expect(rows.map(({ bookings }) => bookings)).toEqual([10_000, 100_000, 1_000_000]);
  for (const { bookings, sizes } of rows) {
    const [one = 0, planForOne = 0, two = 0, planForTwo = 0] = sizes;
    const needs = [1, 2].map((crms) => (bookings * bytesOfBooking(crms) * (LEAD_DAYS + kept)) / 30 / 1e9);
    expect([one, two].map((size, i) => (needs[i] ?? 0) / size)).toEqual([expect.closeTo(1, 1), expect.closeTo(1, 1)]);
    expect(planForOne).toBeGreaterThanOrEqual(one * 1.25);
    expect(planForTwo).toBeGreaterThanOrEqual(two * 1.25);
  }
});
