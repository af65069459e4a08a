/** An appointment's start that is given back alone: Salesforce would take its end along. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { somebodys } from "../../support/scenes.ts";
import { type Changing, startChanging, undoAll } from "./changed.ts";

let world: Changing;
beforeAll(async () => {
  world = await startChanging();
});
beforeEach(() => world.system.reset());
afterAll(() => world.stop());

const LATER = new Map([["StartDateTime", '      StartDateTime: { constant: "2017-03-10T11:45:00Z" }']]);
const times = () =>
  world.system.sandbox.salesforce
    .records("Event")
    .map(({ values }) => [values.StartDateTime, values.EndDateTime].map((time) => String(time).slice(11, 16)));

it("leaves the end as it was, when written and when given back [W24]", async () => {
  world.change("salesforce", new Map());
  await world.system.deliver("bookings", somebodys(501, { first: "Ada", last: "One", email: "ada@example.com" }));
  expect(times()).toEqual([["11:30", "12:00"]]);
  const version = world.change("salesforce", LATER);
  await world.again("salesforce", ["501"]);
  expect(times()).toEqual([["11:45", "12:00"]]);

  const told = await world.tools.syncLog.undoable("salesforce", "501");
  expect(JSON.stringify(told.filter((one) => JSON.stringify(one).includes(version)))).not.toContain("EndDateTime");

  const { done } = await undoAll(world.tools, "salesforce", { kind: "version", version });
  expect(done.flatMap(({ fields }) => fields)).toEqual(["StartDateTime"]);
  expect(times()).toEqual([["11:30", "12:00"]]);
});
