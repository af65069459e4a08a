/** What is done to many is a job: asked for on a page, done by a worker, stopped and looked at by whoever comes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import type { Bulk } from "../../src/bulk/store.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, twoBookings } from "../support/payloads.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { jobAt, refusing, startOn } from "./many.ts";

let system: TestSystem;
let admin: AdminClient;
let tools: Tools;
const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };

beforeAll(async () => {
  system = await startSystem();
  admin = createAdminClient(system);
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

async function over(id: string): Promise<Bulk | undefined> {
  await eventually(async () => expect((await tools.bulks.read(id))?.end?.how).toBe("done"));
  return await tools.bulks.read(id);
}
const causeOf = async (crm: string, list: "failed" | "held" = "failed") =>
  new RegExp(`href="/admin/failed/${crm}/([^"?#]+)`).exec((await admin.get(`/admin/${list}`)).html)?.[1] ?? "";

describe("retrying a cause [J1]", () => {
  beforeEach(async () => {
    await Promise.all([1, 2].map((id) => system.post("bookings", somebodys(id, ada, tooLong))));
    await system.quiet();
  });

  it("says how many, how many calls and how long before it is started, and who did it afterwards", async () => {
    const cause = await causeOf("salesforce");
    const { html } = await admin.get(`/admin/failed/salesforce/${cause}`);
    expect(html).toContain(`href="/admin/jobs/new?action=retry&amp;crm=salesforce&amp;cause=${cause}"`);
    await eventually(async () => {
      const { text } = await admin.get(`/admin/jobs/new?action=retry&crm=salesforce&cause=${cause}`);
      expect(text).toMatch(/Retry 2 purchases.*STRING_TOO_LONG.*about \d+, by what.*about \d+ s/);
    });
    const id = await startOn(admin, { action: "retry", crm: "salesforce", cause });
    await over(id);
    expect((await jobAt(admin, id)).text).toMatch(
      /Done.*2 of 2 purchases over.*0 done.*2 failed or held again.*by admin/,
    );
    expect((await admin.get("/admin/jobs")).text).toMatch(/admin Retry 2 purchases.*Done/);
    expect((await admin.get("/admin/bookings/1")).text).toMatch(/admin ran it again \(Salesforce\) .* in a job/);
    expect((await admin.get("/admin/audit")).text).toMatch(/Started a job retry, salesforce, cause .*, 2 purchases/);
  });

  it("is dismissed with a reason, and asked for once more there is nothing of it", async () => {
    const asked = { action: "dismiss", crm: "salesforce", cause: await causeOf("salesforce") };
    expect((await admin.get(`/admin/jobs/new?${new URLSearchParams(asked)}`)).text).toMatch(/Dismiss 2.*Reason/);
    expect((await admin.post("/admin/jobs", { ...asked, reason: " " })).status).toBe(400);
    const id = await startOn(admin, { ...asked, reason: "agreed with ada@example.com" });
    await over(id);
    expect(await tools.syncLog.failedCount("salesforce")).toBe(0);
    expect((await admin.get("/admin/bookings/2")).text).toMatch(/dismissed it \(Salesforce\) .*: agreed with ‹e-mail›/);
    expect((await admin.post("/admin/jobs", { ...asked, reason: "again" })).status).toBe(409);
  });

  it("is not done by a form of an earlier version, nor by one that cannot be understood", async () => {
    const form = { crm: "salesforce", cause: await causeOf("salesforce"), reason: "old tab" };
    for (const what of ["retry", "dismiss"]) {
      expect((await admin.post(`/admin/failed/${what}`, form)).status).toBe(400);
      expect((await admin.post(`/admin/failed/${what}`, { crm: "salesforce", reason: "old tab" })).status).toBe(409);
    }
    const bad = [
      { action: "forget", crm: "salesforce" },
      { action: "run_again", from: "today", to: "" },
    ];
    for (const one of bad) expect((await admin.post("/admin/jobs", one)).status).toBe(400);
    const unsaid = await admin.post("/admin/jobs", {
      action: "decide",
      crm: "salesforce",
      cause: form.cause,
      verdict: "",
    });
    expect(unsaid.text).toMatch(/Nothing is chosen\. Go back and say whether/);
    expect((await admin.post("/admin/jobs", { action: "retry", crm: "nothing" })).status).toBe(404);
    expect((await admin.get("/admin/jobs/none")).status).toBe(404);
    expect(await tools.bulks.newest({ offset: 0, limit: 9 })).toEqual([]);
  });
});

describe("running again [J2]", () => {
  it("takes the purchases of a service and leaves the others out", async () => {
    const of = (service: number) => (booking: Record<string, unknown>) =>
      void Object.assign(booking, { service_id: service });
    await system.deliver("bookings", somebodys(1, ada, of(7)));
    await system.deliver("bookings", somebodys(2, ada, of(8)));
    const today = new Date().toISOString().slice(0, 10);
    const asked = { action: "run_again", from: today, to: today, service: "7" };
    expect((await admin.get(`/admin/jobs/new?${new URLSearchParams(asked)}`)).text).toMatch(
      /Run again up to 2 purchases/,
    );
    const bulk = await over(await startOn(admin, asked));
    expect(bulk?.progress).toMatchObject({ done: 1, failed: 0, leftOut: { not_meant: 1 } });
    const ran = async (id: string) => (await tools.syncLog.timeline(id)).filter(({ kind }) => kind === "action").length;
    expect([await ran("1"), await ran("2")]).toEqual([2, 0]);
  });

  it("takes those alone that another mapping than the one in force brought up to date", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    const today = new Date().toISOString().slice(0, 10);
    const asked = { action: "run_again", from: today, to: today, crm: "hubspot" };
    const lastRunBefore = new Date(Date.now() - 60_000).toISOString();
    const none = await over(await startOn(admin, { ...asked, lastRunBefore }));
    expect(none?.progress).toMatchObject({ done: 0, leftOut: { not_meant: 1 } });
    const one = await over(await startOn(admin, { ...asked, lastRunBefore: new Date().toISOString() }));
    expect(one?.progress).toMatchObject({ done: 1, leftOut: { not_meant: 0 } });
  });
});

describe("one answer for all [J2]", () => {
  it("settles each booking that the purchases of a cause ask about", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const cause = await causeOf("salesforce", "held");
    expect((await admin.get(`/admin/failed/salesforce/${cause}`)).text).toContain("One answer for all");
    const id = await startOn(admin, { action: "decide", crm: "salesforce", cause, verdict: "cancelled" });
    expect((await over(id))?.progress).toMatchObject({ done: 1, failed: 0 });
    await system.quiet();
    const statuses = system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Status__c);
    expect(statuses).toEqual(["cancelled", "cancelled"]);
  });
});

describe("one answer for all of a question [J2]", () => {
  it("leaves what a purchase asks besides", async () => {
    const bookings = twoBookings();
    const gone = { ...structuredClone(firstBooking(bookings)), id: 13477738 };
    const three = structuredClone(bookings);
    three._embedded.bookings.push(gone);
    await system.deliver("bookings", three);
    await system.deliver("updates", bookings);
    await system.deliver("cancellations", bookings);
    const causes = await tools.syncLog.causes("salesforce");
    expect(causes.map(({ hold }) => hold).toSorted()).toEqual(["absent_from_notification", "cancellation_ambiguous"]);
    const cause = causes.find(({ hold }) => hold === "absent_from_notification")?.id ?? "";
    await over(await startOn(admin, { action: "decide", crm: "salesforce", cause, verdict: "cancelled" }));
    await system.quiet();
    const statuses = system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Status__c);
    expect(statuses.toSorted()).toEqual(["booked", "booked", "cancelled"]);
    expect((await tools.syncLog.causes("salesforce")).map(({ hold }) => hold)).toEqual(["cancellation_ambiguous"]);
  });
});

describe("reading the quarantine again [J2]", () => {
  it("meets each delivery once, and says what still cannot be read", async () => {
    for (const text of ["not JSON", "neither"]) await system.post("bookings", text);
    const id = await startOn(admin, { action: "read_again" });
    expect((await over(id))?.progress).toMatchObject({ done: 0, failed: 2 });
    expect(await tools.quarantine.count()).toBe(2);
  });
});

describe("stopping [J3]", () => {
  it("takes up nothing more, and says what was not begun and who stopped it", async () => {
    await refusing(system, 120);
    const id = await startOn(admin, { action: "retry", crm: "salesforce" });
    await eventually(async () => expect((await tools.bulks.read(id))?.begun).toBe(true));
    expect((await admin.post(`/admin/jobs/${id}/stop`)).status).toBe(303);
    await eventually(async () => expect((await tools.bulks.read(id))?.end?.how).toBe("stopped"));
    await system.quiet();
    const left = await tools.syncLog.failedCount("salesforce");
    expect(left).toBeGreaterThan(20);
    expect((await jobAt(admin, id)).text).toMatch(/Stopped.*not begun.*Stopped by admin/);
    expect((await admin.post(`/admin/jobs/${id}/stop`)).status).toBe(409);
    expect((await admin.get("/admin/audit")).text).toMatch(/Stopped a job retry, salesforce, all that failed/);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await tools.syncLog.failedCount("salesforce")).toBe(left);
  });
});
