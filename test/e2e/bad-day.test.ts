/** What an org answers on a bad day: maintenance is waited out, and a code that nobody knows is tried for a while [W2]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { FaultAction } from "../../sandbox/faults.ts";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ env: { CRM: "salesforce" } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const rowsSay = (code: string, times?: number): void => {
  const action: FaultAction = { type: "refuse_rows", code, message: "try again after the release has completed" };
  system.sandbox.faults.set([{ crm: "salesforce", match: "/composite/sobjects", ...(times && { times }), action }]);
};
const detail = async (): Promise<string | undefined> => {
  const response = await fetch(`${system.url}/readyz`);
  const { checks } = (await response.json()) as { checks: Record<string, { detail?: string }> };
  return checks.salesforce?.detail;
};
const events = () => system.sandbox.salesforce.records("Event");

describe("a maintenance in which nothing can be written [X3]", () => {
  it("closes the gate in its own words, burns no attempt, and goes on when it is over [G4]", async () => {
    rowsSay("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE");
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect(await detail()).toContain("maintenance"));
    const page = await createAdminClient(system).get("/admin");
    expect(page.text).toContain("The CRM is read-only for maintenance");
    expect(await system.failures("salesforce")).toEqual([]);
    system.sandbox.faults.set([]);
    await createAdminClient(system).post("/admin/resume", { crm: "salesforce" });
    await system.quiet();
    expect(events()).toHaveLength(1);
    const [job] = (await system.queues.salesforce?.getCompleted()) ?? [];
    expect(job?.attemptsMade).toBe(1);
  });
});

describe("a code that nobody knows", () => {
  it("is tried again, and heals where it was passing trouble", async () => {
    rowsSay("SOMETHING_NEW_IN_2037", 2);
    await system.deliver("bookings", sample("purchase-created"));
    expect([events().length, await system.failures("salesforce")]).toEqual([1, []]);
  });

  it("is given up after a few tries, long before what is known to heal, and says that it is unknown to us [W3]", async () => {
    rowsSay("SOMETHING_NEW_IN_2037");
    await system.deliver("bookings", sample("purchase-created"));
    const [failure = ""] = await system.failures("salesforce");
    expect(failure).toMatch(
      /SOMETHING_NEW_IN_2037: try again .* Given up after 5 attempts\. The code is unknown to us\./,
    );
    expect(system.sandbox.salesforce.stats.calls.upsert).toBe(5);
  });
});
