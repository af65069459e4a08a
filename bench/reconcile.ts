/**
 * `node bench/reconcile.ts [--changed 10000] [--walked 100000] [--per-second 20]`: what it costs to find and mend bookings that
 * were never posted, in requests to BookingBug, and what memory a walk over many takes.
 */
import { parseArgs } from "node:util";
import { openFleet } from "./bookingbug.ts";

const { values } = parseArgs({
  options: {
    changed: { type: "string", default: "10000" },
    walked: { type: "string", default: "100000" },
    "per-second": { type: "string", default: "20" },
  },
});
const CHANGED = Number(values.changed);
const WALKED = Number(values.walked);

const fleet = await openFleet({ perSecond: Number(values["per-second"]), latencyMs: 0 });
const mean = (numbers: readonly number[]): number =>
  Math.round(numbers.reduce((sum, number) => sum + number, 0) / numbers.length);
const tenth = (numbers: readonly number[], which: number): number => {
  const size = Math.floor(numbers.length / 10);
  return mean(numbers.slice(which * size, (which + 1) * size));
};

try {
  await fleet.callbacks("off");
  await fleet.bookMany(CHANGED);
  const mended = await fleet.crmSync(["reconcile", "--changed-since", "1d"]);
  await fleet.quiet();
  const { list = 0, purchases = 0, bookings = 0 } = await fleet.asked();
  const held = await fleet.appointments();
  process.stdout.write(
    [
      mended.out,
      `${CHANGED} changed: ${list} lists, ${purchases} purchases and ${bookings} bookings read, ${Math.round(mended.seconds)} s`,
      `in Salesforce ${held.salesforce}, in HubSpot ${held.hubspot}, doubled ${held.doubled}`,
      "",
    ].join("\n"),
  );
  await fleet.bookMany(WALKED - CHANGED);
  const walk = await fleet.crmSync(["reconcile", "--changed-since", "1d", "--dry-run"]);
  process.stdout.write(
    `${walk.out}${WALKED} walked in ${Math.round(walk.seconds)} s; memory ${tenth(walk.megabytes, 1)} MB in the second ` +
      `tenth, ${tenth(walk.megabytes, 9)} MB in the last\n`,
  );
  if (mended.code !== 0 || held.doubled > 0 || held.salesforce !== CHANGED || held.hubspot !== CHANGED) {
    process.exitCode = 1;
  }
} finally {
  await fleet.stop();
}
