/** A worker that stops for a while and goes on as if nothing had been: what it was about to write is out of date by then. */
import { expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { useFreezable } from "../support/freezable.ts";
import { movedTo, sample } from "../support/payloads.ts";

const { system, startWorker, startFreezable } = useFreezable(({ path }) => path.includes("composite/sobjects"));

const start = (): unknown => system().sandbox.salesforce.records("Event")[0]?.values.StartDateTime;
const untilStart = (time: string) => eventually(() => expect(start()).toBe(time));

it("has its late write put right by the newest notification [O5]", async () => {
  const body = sample("purchase-created");
  const frozen = await startFreezable();
  await system().post("bookings", body);
  await system().quiet();

  await frozen.freezeWriting(() =>
    system().post("updates", movedTo(body, "2036-05-05T09:00:00+00:00", "2036-05-05T09:30:00+00:00")),
  );
  startWorker();
  await system().post("updates", movedTo(body, "2036-06-06T09:00:00+00:00", "2036-06-06T09:30:00+00:00"));
  await untilStart("2036-06-06T09:00:00.000+0000");
  frozen.land();
  await untilStart("2036-05-05T09:00:00.000+0000");

  frozen.thaw();
  await untilStart("2036-06-06T09:00:00.000+0000");
});
