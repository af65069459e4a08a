/** An undo that stood still while it wrote, so that a pass over the same purchase has begun: whoever looks next trusts nothing. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { Tools } from "../../../src/app/tools.ts";
import { recordLock } from "../../../src/sync/held-records.ts";
import { passLock } from "../../../src/sync/pass.ts";
import { eventually } from "../../support/eventually.ts";
import { somebodys } from "../../support/scenes.ts";
import { type Changing, startChanging, undoAll } from "./changed.ts";

const CRM = "salesforce";
const PURCHASE = "501";
let world: Changing;
beforeAll(async () => {
  world = await startChanging();
});
beforeEach(() => world.system.reset());
afterAll(() => world.stop());

/** What somebody else takes the lock from while it writes. */
function losing(lock: string): Tools {
  const { system, tools } = world;
  const crms = tools.crms.map((one) => {
    const { connector } = one;
    const save: typeof connector.save = async (write) => {
      await system.redis.set(lock, "a pass");
      return await connector.save(write);
    };
    return { ...one, connector: { ...connector, find: (query) => connector.find(query), save } as typeof connector };
  });
  return { ...tools, crms };
}

const location = () => world.system.sandbox.salesforce.records("Event")[0]?.values.Location;

it("has the purchase looked at again, although that pass settles it only after the undo has ended [O5]", async () => {
  const { system, tools } = world;
  const { redis, keys } = system;
  await system.post("bookings", somebodys(501, { first: "Ada", last: "Late", email: "ada@example.com" }));
  await system.quiet();
  const right = location();
  const version = world.change(CRM, new Map([["Location", '      Location: "newer {{ booking.id }}"']]));
  await world.again(CRM, [PURCHASE]);

  const lock = keys.lock(passLock(CRM, PURCHASE));
  const { done } = await undoAll(losing(lock), CRM, { kind: "version", version });
  expect(done.map(({ failed }) => failed)).toContain("lock_lost");
  expect(location()).toBe(right);

  await tools.inbox.settle(CRM, PURCHASE, await tools.inbox.newestNumber(PURCHASE));
  await redis.del(lock);
  await eventually(() => expect(location()).toMatch(/^newer/));
  await system.quiet();
  expect(await redis.exists(keys.doubt(CRM, PURCHASE))).toBe(0);
});

it("has what it wrote late to a person's record put right, as it was said last [O5]", async () => {
  const { system } = world;
  const { redis, keys } = system;
  const contact = () => system.sandbox.salesforce.records("Contact")[0];
  world.change(CRM, new Map());
  await system.post("bookings", somebodys(501, { first: "Ada", last: "Late", email: "ada@example.com" }));
  await system.quiet();
  const version = world.change(CRM, new Map([["MobilePhone", "      MobilePhone: { constant: '5550199' }"]]));
  await world.again(CRM, [PURCHASE]);
  expect(contact()?.values.MobilePhone).toBe("5550199");

  const lock = keys.lock(recordLock(CRM, "Contact", contact()?.id ?? ""));
  const { done } = await undoAll(losing(lock), CRM, { kind: "version", version });
  expect(done.map(({ failed }) => failed)).toContain("lock_lost");
  await redis.del(lock);
  await eventually(() => expect(contact()?.values.MobilePhone).toBe("5550199"));
});
