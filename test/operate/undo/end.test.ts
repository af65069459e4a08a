/** An appointment's end that somebody edited, where BookingBug moves the start alone: Salesforce has them written together. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Json } from "../../support/payloads.ts";
import { somebodys } from "../../support/scenes.ts";
import { type Changing, startChanging, undoAll } from "./changed.ts";

let world: Changing;
beforeAll(async () => {
  world = await startChanging();
});
beforeEach(() => world.system.reset());
afterAll(() => world.stop());

const owned = (field: string, value: string, rule: string) => `      ${field}: { value: ${value}, ${rule} }`;
const rules = (start: string, end: string) =>
  new Map([
    ["StartDateTime", owned("StartDateTime", "booking.start_at", start)],
    ["EndDateTime", owned("EndDateTime", "booking.end_at", end)],
  ]);

function booking(starts: string): Json {
  return somebodys(501, { first: "Ada", last: "One", email: "ada@example.com" }, (one) =>
    Object.assign(one, { datetime: `2036-03-10T${starts}:00+00:00`, end_datetime: "2036-03-10T12:00:00+00:00" }),
  );
}

const event = () => world.system.sandbox.salesforce.records("Event")[0];
const times = () =>
  [event()?.values.StartDateTime, event()?.values.EndDateTime].map((time) => String(time).slice(11, 16));
const edit = (values: Record<string, string>) =>
  world.system.sandbox.salesforce.edit("Event", event()?.id ?? "", values);

describe("an end that somebody edited", () => {
  it("is told as written over, and can be given back, where the start alone has moved [W24]", async () => {
    const version = world.change("salesforce", rules("owner: bookingbug", "owner: bookingbug"));
    await world.system.deliver("bookings", booking("11:30"));
    edit({ EndDateTime: "2036-03-10T13:00:00.000+0000" });
    await world.system.deliver("updates", booking("11:45"));
    expect(times()).toEqual(["11:45", "12:00"]);
    await undoAll(world.tools, "salesforce", { kind: "version", version });
    const told = (await world.tools.syncLog.timeline("501")).flatMap((entry) =>
      entry.kind === "pass" ? entry.records.flatMap(({ changes }) => changes) : [],
    );
    expect(told.filter(({ field, from }) => field === "EndDateTime" && String(from).includes("13:00"))).toHaveLength(1);
  });

  it("stays where the start is left alone, too [W24]", async () => {
    world.change("salesforce", rules("write: unless_edited", "write: always"));
    await world.system.deliver("bookings", booking("11:30"));
    edit({ StartDateTime: "2036-03-10T11:00:00.000+0000", EndDateTime: "2036-03-10T13:00:00.000+0000" });
    await world.system.deliver("updates", booking("11:45"));
    expect(times()).toEqual(["11:00", "13:00"]);
  });

  it("fails no booking whose appointment somebody put off by hours [W24]", async () => {
    world.change("salesforce", rules("write: unless_edited", "write: always"));
    await world.system.deliver("bookings", booking("11:30"));
    edit({ StartDateTime: "2036-03-10T12:30:00.000+0000", EndDateTime: "2036-03-10T13:00:00.000+0000" });
    await world.system.deliver("updates", booking("11:45"));
    expect([...(await world.tools.syncLog.status("salesforce", ["501"])).values()]).toMatchObject([
      { status: "up_to_date" },
    ]);
    expect(times()).toEqual(["12:30", "13:00"]);
  });
});
