/** What the dashboard once said on a bad day, and must not: each page here is read as an operator reads it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let admin: AdminClient;

const MINUTE_MS = 60_000;
/** What says that all is well, anywhere on a page. */
const REASSURING = /✓ Healthy|Everything runs|Catching up/;

async function overview(): Promise<string> {
  return (await admin.get("/admin")).text;
}

async function readiness(): Promise<{ status: number; text: string }> {
  const response = await fetch(`${system.url}/readyz`);
  return { status: response.status, text: await response.text() };
}

describe("with workers", () => {
  beforeAll(async () => {
    // What is retried is not given up while it is looked at.
    system = await startSystem({ env: { CRM: "hubspot", JOB_ATTEMPTS: "1000" } });
    admin = createAdminClient(system);
  });
  beforeEach(() => system.reset());
  afterAll(() => system.stop());

  it("10,142 failures are not a CRM that is healthy, and the first thing that is said [V1] [V2]", async () => {
    const { redis, keys } = system;
    const syncLog = createSyncLog({ redis, keys, crms: ["hubspot"], retentionDays: 30 });
    const sentence = "HubSpot refused the appointment. Next: correct the data, then retry.";
    const failure = {
      crm: "hubspot",
      kind: "rejected",
      heals: false,
      sentence,
      words: sentence,
      nextStep: "",
      fields: [],
      requestIds: [],
    };
    await Promise.all(
      Array.from({ length: 10_142 }, (_, index) =>
        syncLog.recordFailed("hubspot", String(index + 1), `job-${index}`, [failure as never]),
      ),
    );
    const page = await overview();
    expect(page).not.toMatch(REASSURING);
    expect(page).toMatch(/Overview ✕ .*wrong.*10,142 purchases/);
    expect(page).toMatch(/HubSpot ✕ Failed/);
    expect(await readiness()).toMatchObject({ status: 200, text: expect.stringMatching(/hubspot: .*failed/) });
  });

  it("a CRM whose every write is answered 503 is not healthy while all of it is still being retried [V1] [V3]", async () => {
    const action = { type: "status" as const, status: 503, body: {} };
    system.sandbox.faults.set([{ crm: "hubspot", match: "meetings", action }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => {
      expect(await overview()).toMatch(/Overview ✕ .*HubSpot: most passes fail.*HubSpot ✕ Failing/);
    });
    expect(await overview()).not.toMatch(REASSURING);
    expect(await system.failures("hubspot")).toEqual([]);
    // What was so before is said for as long as a verdict is kept.
    await eventually(async () => {
      expect(await readiness()).toMatchObject({
        status: 200,
        text: expect.stringMatching(/hubspot: most passes fail/),
      });
    });
  });
});

describe("without a worker", () => {
  beforeEach(async () => {
    system = await startSystem({ env: { CRM: "hubspot" }, workers: 0 });
    admin = createAdminClient(system);
  });
  afterEach(() => system.stop());

  it("what waits is not being caught up with: no worker runs, and that is said [V1] [V4]", async () => {
    const { redis, keys } = system;
    await system.post("bookings", sample("purchase-created"));
    const ago = Date.now() - 10 * MINUTE_MS;
    await redis.zadd(keys.pending("hubspot"), ago, "11610441");
    const stopped = JSON.stringify({ kind: "worker", since: ago - MINUTE_MS, at: ago, rejected: 0 });
    await redis.hset(`${keys.prefix}:processes`, "a-worker", stopped);
    const page = await overview();
    expect(page).not.toMatch(REASSURING);
    expect(page).toMatch(/Overview ✕ .*No worker runs.*HubSpot ✕ No worker/);
    expect(await readiness()).toMatchObject({ status: 200, text: expect.stringMatching(/no worker runs/i) });
  });

  it.each(["/admin", "/admin/failed", "/admin/queues", "/admin/bookings/11610441", "/admin/nowhere"])(
    "%s says within two seconds, as a page, that Redis cannot be reached [V5]",
    async (path) => {
      await system.post("bookings", sample("purchase-created"));
      await system.server.kill();
      const start = Date.now();
      const page = await admin.get(path);
      const took = Date.now() - start;
      await system.server.restart();
      expect(took).toBeLessThan(2_000);
      expect(page.status).toBe(503);
      expect(page.html).toMatch(/^<!doctype html>/);
      expect(page.text).toMatch(/Redis cannot be reached/);
      expect(page.html).not.toContain("11610441");
      await eventually(async () => expect((await admin.get("/admin")).status).toBe(200));
    },
  );
});
