/** When nothing can succeed: the queue pauses, readiness says so, no attempt is burnt, and it goes on by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { FaultAction } from "../../sandbox/faults.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const ready = async () => {
  const response = await fetch(`${system.url}/readyz`);
  return {
    status: response.status,
    body: (await response.json()) as { checks: Record<string, { ok: boolean; detail?: string }> },
  };
};

describe("a CRM that accepts nothing", () => {
  it.each<[string, FaultAction]>([
    [
      "refused credentials",
      { type: "status", status: 401, body: { category: "INVALID_AUTHENTICATION", message: "expired" } },
    ],
    [
      "a spent day",
      {
        type: "status",
        status: 429,
        headers: { "retry-after": "1" },
        body: { errorType: "RATE_LIMIT", policyName: "DAILY", message: "daily limit" },
      },
    ],
  ])("pauses its own queue on %s, and goes on when it accepts us again [X3] [V6]", async (_what, action) => {
    system.sandbox.faults.set([{ crm: "hubspot", action }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect((await ready()).body.checks.hubspot?.ok).toBe(false));
    const { status, body } = await ready();
    // Taken out by a load balancer for that, no web process would be left to take notifications in.
    expect(status).toBe(200);
    expect(body.checks.salesforce?.ok).toBe(true);
    await eventually(() => expect(system.sandbox.salesforce.records("Event")).toHaveLength(1));
    expect(await system.failures("hubspot")).toEqual([]);

    system.sandbox.faults.set([]);
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
    expect((await ready()).status).toBe(200);
    const [job] = (await system.queues.hubspot?.getCompleted()) ?? [];
    expect(job?.attemptsMade).toBe(1);
  });
});

describe("a gate that a person opens [G3]", () => {
  const action: FaultAction = { type: "status", status: 503, headers: { "retry-after": "3600" }, body: {} };
  const resume = () => createAdminClient(system).post("/admin/resume", { crm: "hubspot" });

  beforeEach(async () => {
    system.sandbox.faults.set([{ crm: "hubspot", action }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () =>
      expect((await ready()).body.checks.hubspot?.detail).toMatch(/^paused since .*: unavailable/),
    );
  });

  it("stays closed as long as the CRM refuses, and the page says why", async () => {
    const { status, text } = await resume();
    expect(status).toBe(502);
    expect(text).toContain("the gate stays closed. The CRM does not answer: ");
    expect(await system.queues.hubspot?.isPaused()).toBe(true);
  });

  it("lets the queue go on once the CRM answers, long before the CRM said to come back", async () => {
    expect((await createAdminClient(system).get("/admin")).html).toContain('action="/admin/resume"');
    system.sandbox.faults.set([]);
    const { location } = await resume();
    expect((await createAdminClient(system).get(location ?? "")).text).toContain("its gate is open");
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
  });

  it("is opened from a terminal too, with somebody's pause, and both are told", async () => {
    await system.queues.hubspot?.pause();
    const refused = await runCli(["resume", "--crm", "hubspot"], system.environment);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining("the gate stays closed") });
    system.sandbox.faults.set([]);
    const { code, out } = await runCli(["resume", "--crm", "hubspot"], system.environment);
    expect([code, out]).toEqual([0, expect.stringContaining("Somebody had paused the queue besides")]);
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
  });
});

describe("an operator's pause", () => {
  it("is nobody else's to end [G2]", async () => {
    await system.queues.hubspot?.pause();
    await system.post("bookings", sample("purchase-created"));
    await eventually(() => expect(system.sandbox.salesforce.records("Event")).toHaveLength(1));
    await sleep(600);
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(0);
    await system.queues.hubspot?.resume();
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
  });
});

describe("a CRM that asks for a long pause", () => {
  it("is left alone as a whole until then [G4]", async () => {
    const action: FaultAction = { type: "status", status: 503, headers: { "retry-after": "3600" }, body: {} };
    system.sandbox.faults.set([{ crm: "hubspot", action }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect((await ready()).body.checks.hubspot?.detail).toContain("unavailable"));
    const before = structuredClone(system.sandbox.hubspot.stats.calls);
    await sleep(600);
    expect(system.sandbox.hubspot.stats.calls).toEqual(before);
    expect(await system.failures("hubspot")).toEqual([]);
  });
});

describe("a record the CRM refuses", () => {
  const tooLong = () => purchase((body) => (firstBooking(body).time_zone = "x".repeat(65)));

  it("fails at once, alone, with the CRM's words, the field, the mapping's line and what to do next [W3]", async () => {
    await Promise.all([
      system.post("bookings", tooLong()),
      system.post(
        "bookings",
        purchase((body) => {
          body.id = 2;
          Object.assign(firstBooking(body), { id: 22, purchase_id: 2 });
        }),
      ),
    ]);
    await system.quiet();
    const [failure, ...others] = await system.failures("salesforce");
    expect(others).toEqual([]);
    expect(failure).toMatch(/booking 13477736, salesforce Event \(appointment\): STRING_TOO_LONG: /);
    expect(failure).toMatch(
      /BB_Time_Zone__c is a text of 65 characters from mappings\/salesforce\.yaml:\d+ `booking\.time_zone`/,
    );
    expect(failure).toMatch(/Next: correct the data in the CRM or the mapping, then retry\./);
    expect(failure).not.toMatch(/xxxxx|bookingbug\.com/);
    expect(system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Booking_Id__c)).toEqual(["22"]);
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(2);
  });

  it("is applied once it is corrected at the source", async () => {
    await system.deliver("bookings", tooLong());
    await system.deliver("updates", sample("purchase-created"));
    expect(system.sandbox.salesforce.records("Event")).toHaveLength(1);
  });
});

describe("a pause with a reason", () => {
  const meetings = () => system.sandbox.hubspot.records("meetings");

  it("stands on every page with who, why and until when, and goes on by itself [G6]", async () => {
    const admin = createAdminClient(system);
    expect((await admin.get("/admin")).html).toContain('action="/admin/pause"');
    const asked = { crm: "hubspot", reason: "Data load until <ten>", for: "1h" };
    const { location } = await admin.post("/admin/pause", asked);
    expect((await admin.get(location ?? "")).text).toContain("Paused. Notifications are received and kept");
    for (const path of ["/admin", "/admin/failed", "/admin/mappings", "/admin/audit"]) {
      const { text, html } = await admin.get(path);
      expect(text).toMatch(
        /HubSpot is paused\. By admin , just now : “ Data load until .* ”; goes on by itself in 60 min \. Resume/,
      );
      expect(html).not.toContain("<ten>");
    }
    await system.post("bookings", sample("purchase-created"));
    await eventually(() => expect(system.sandbox.salesforce.records("Event")).toHaveLength(1));
    await sleep(600);
    expect(meetings()).toHaveLength(0);
    const key = createKeys().pause("hubspot");
    const stored = JSON.parse((await system.redis.get(key)) ?? "");
    await system.redis.set(key, JSON.stringify({ ...stored, until: new Date().toISOString() }));
    await system.quiet();
    expect(meetings()).toHaveLength(1);
    expect((await admin.get("/admin")).text).not.toContain("HubSpot is paused");
  });

  it("is made and ended from a terminal, and the audit trail has both [G6]", async () => {
    const paused = await runCli(
      ["pause", "--crm", "hubspot", "--reason", "new portal", "--for", "2h"],
      system.environment,
    );
    expect(paused).toMatchObject({ code: 0, out: expect.stringContaining("hubspot: paused for 2h") });
    await system.post("bookings", sample("purchase-created"));
    await eventually(() => expect(system.sandbox.salesforce.records("Event")).toHaveLength(1));
    expect(meetings()).toHaveLength(0);
    const resumed = await runCli(["resume", "--crm", "hubspot"], system.environment);
    expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining("Somebody had paused the queue") });
    await system.quiet();
    expect(meetings()).toHaveLength(1);
    const { text } = await createAdminClient(system).get("/admin/audit");
    expect(text).toMatch(/Resumed a CRM.*Paused a CRM/);
  });

  it.each([
    ["without a reason", { reason: " ", for: "1h" }, "write a reason"],
    ["for a time there is not", { reason: "why", for: "1y" }, "choose a time"],
  ])("is not made %s", async (_what, form, said) => {
    const { status, text } = await createAdminClient(system).post("/admin/pause", { crm: "hubspot", ...form });
    expect([status, text]).toEqual([400, expect.stringContaining(said)]);
    expect(await system.queues.hubspot?.isPaused()).toBe(false);
  });
});
