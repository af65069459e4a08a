/** A time without an offset is UTC, whatever zone the machine is in: which of two bodies is the newer hangs on it [O3]. */
import { execFileSync } from "node:child_process";
import { expect, it } from "@jest/globals";

/** What a process in that zone reads. */
function readIn(zone: string): unknown {
  const read = `
    const { latest } = await import("./src/booking/normalise.ts");
    const { readRow } = await import("./src/bookingbug/rows.ts");
    const without = "2016-04-11T09:00:00";
    console.log(JSON.stringify([
      latest([without, "2016-04-11T08:30:00Z"]),
      latest(["2016-04-11 09:00:00.250", "2016-04-11T10:30:00+02:00"]),
      readRow({ id: 1, datetime: without }).datetime,
    ]));`;
  const env = { ...process.env, TZ: zone };
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", read], { env, encoding: "utf8" }));
}

it.each(["UTC", "America/New_York", "Asia/Tokyo"])("a time that names no offset is UTC, also in %s", (zone) => {
  expect(readIn(zone)).toEqual(["2016-04-11T09:00:00.000Z", "2016-04-11T09:00:00.250Z", "2016-04-11T09:00:00.000Z"]);
});
