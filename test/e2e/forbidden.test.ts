/** A 403 that is one purchase's own holds nobody else up [X3]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ env: { CRM: "hubspot", JOB_ATTEMPTS: "3" } });
});
afterAll(() => system.stop());
beforeEach(() => system.reset());

const forbid = (match: string): void =>
  system.sandbox.faults.set([
    { crm: "hubspot", match, times: 1_000, action: { type: "status", status: 403, body: "<html>Blocked</html>" } },
  ]);
const nextPurchase = (): Json =>
  purchase((body) => {
    body.id = 555;
    Object.assign(firstBooking(body), { id: 5551, purchase_id: 555 });
  });

describe("a request that HubSpot forbids", () => {
  it("fails its purchase where a person sees it, while HubSpot lets us in otherwise, and the next one is written", async () => {
    forbid("/meetings/batch/");
    await system.deliver("bookings", purchase());
    expect(await system.failures("hubspot")).toMatchObject([expect.stringMatching(/HTTP_403.*after 3 attempts/)]);
    expect(await system.queues.hubspot?.isPaused()).toBe(false);
    system.sandbox.faults.set([]);
    await system.deliver("bookings", nextPurchase());
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
  });

  it("of everything pauses the CRM and burns no attempt, until it lets us in again", async () => {
    forbid("/crm/");
    await system.post("bookings", purchase());
    await eventually(async () => expect(await system.queues.hubspot?.isPaused()).toBe(true));
    expect(await system.failures("hubspot")).toEqual([]);
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
    expect(await system.failures("hubspot")).toEqual([]);
  });
});
