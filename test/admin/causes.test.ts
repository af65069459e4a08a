/** What broke, also once it is mended: a cause keeps its figures and how it ended, and a time finds it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import type { Json } from "../support/payloads.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

/** Ten times what a page may take on a machine with nothing else to do. */
const MOST_MS = 2_000;

let system: TestSystem;
let admin: AdminClient;
const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };
const grace = { first: "Grace", last: "Hopper", email: "grace@example.com" };

beforeAll(async () => {
  system = await startSystem({ env: { CRM: "salesforce" } });
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const mended = (id: number, person = ada): Json =>
  somebodys(id, person, (booking) => {
    booking.time_zone = "Europe/London";
  });

/** Two of Ada's and one of Grace's. */
async function threeFail(): Promise<string> {
  await system.deliver("bookings", somebodys(1, ada, tooLong));
  await system.deliver("bookings", somebodys(2, ada, tooLong));
  await system.deliver("bookings", somebodys(3, grace, tooLong));
  const { html } = await admin.get("/admin/failed");
  return /href="(\/admin\/failed\/salesforce\/[^"?#]+)/.exec(html)?.[1] ?? "";
}

async function lastNight(): Promise<string> {
  const { html } = await admin.get("/admin");
  const path = /href="(\/admin\/failed\?[^"]+)"/.exec(html)?.[1] ?? "/admin/failed?from=none";
  return path.replaceAll("&amp;", "&");
}

describe("what broke", () => {
  it("last night is answered with one page load, what is mended included [C4]", async () => {
    await threeFail();
    for (const id of [1, 2]) await system.deliver("updates", mended(id));
    await system.deliver("updates", mended(3, grace));
    expect((await admin.get("/admin/failed")).text).toContain("Nothing failed");
    const now = Date.now();
    const hour = (ms: number): string => `${new Date(ms).toISOString().slice(0, 13)}:00`;
    const { text } = await admin.get(`/admin/failed?from=${hour(now - 3_600_000)}&to=${hour(now + 3_600_000)}`);
    expect(text).toMatch(/3 purchases, about 2 customers, of 1 cause/);
    expect(text).toMatch(/STRING_TOO_LONG/);
    expect(text).toMatch(/Resolved by itself/);
    expect(await lastNight()).toMatch(/from=.*T18%3A00&to=.*T08%3A00/);
  });

  it("is not asked about hours that are none [C4]", async () => {
    for (const query of [
      "from=x&to=y",
      "from=2026-11-26T08:00&to=2026-11-25T18:00",
      "from=2026-01-01T00:00&to=2026-12-01T00:00",
    ]) {
      expect((await admin.get(`/admin/failed?${query}`)).status).toBe(400);
    }
    expect((await admin.get("/admin/held?from=2026-11-25T18:00&to=2026-11-26T08:00")).text).toContain(
      "Nothing in these hours",
    );
  });
});

describe("a cause's page", () => {
  it("says what it is once, at its head, and has its purchases as a table [C5]", async () => {
    const path = await threeFail();
    const { html, text } = await admin.get(path);
    expect(text).toMatch(/✕ New .*3 purchases now, 3 ever, about 2 customers/);
    expect(html.match(/<blockquote>/g)).toHaveLength(1);
    expect(text.match(/Next: correct the data/g)).toHaveLength(1);
    expect(html.match(/type="checkbox"/g)).toHaveLength(3);
    expect(html).not.toContain(" checked>");
    expect((await admin.get(`${path}?select=all`)).html.match(/ checked>/g)).toHaveLength(3);
    expect(html).toMatch(/aria-label="Purchases listed for [^"]*each hour from [^"]*, 3"/);
  });

  it("retries what is selected and nothing else, and leads back to where that was [C5]", async () => {
    const path = await threeFail();
    const cause = path.split("/").at(-1) ?? "";
    const form = { crm: "salesforce", cause, page: "2" };
    const several = await admin.post("/admin/failed/retry", [
      ...Object.entries(form),
      ["purchase", "1"],
      ["purchase", "3"],
    ]);
    expect(several.location).toBe(`${path}?page=2&done=retried&count=2#purchases`);
    const one = await admin.post("/admin/failed/retry", { ...form, page: "1", purchase: "3" });
    expect(one.location).toBe(`${path}?done=retried&count=1#p-3`);
    await system.quiet();
    expect((await admin.get("/admin/bookings/1")).text).toContain("admin ran it again");
    expect((await admin.get("/admin/bookings/2")).text).not.toContain("ran it again");
    expect((await admin.post("/admin/failed/retry", form)).text).toContain("No purchase is selected");
    expect((await admin.post("/admin/failed/retry", { ...form, purchase: "2", reason: "why" })).status).toBe(400);
  });

  it("dismisses nothing that was mended since the page was drawn, or failed for something else [C5]", async () => {
    const path = await threeFail();
    const form = { crm: "salesforce", cause: path.split("/").at(-1) ?? "", reason: "tested" };
    await system.deliver("updates", mended(1));
    const body = [{ success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", message: "no", fields: [] }] }];
    system.sandbox.faults.set([{ crm: "salesforce", match: "Event", action: { type: "status", status: 400, body } }]);
    await system.deliver("updates", mended(2));
    system.sandbox.faults.set([]);
    for (const purchase of ["1", "2"]) {
      const { status, text } = await admin.post("/admin/failed/dismiss", { ...form, purchase });
      expect([status, text]).toEqual([409, expect.stringContaining("Nothing was dismissed")]);
    }
    const { location } = await admin.post("/admin/failed/dismiss", [
      ...Object.entries(form),
      ...["1", "2", "3"].map((id): [string, string] => ["purchase", id]),
    ]);
    expect(location).toContain("done=dismissed&count=1");
    expect((await admin.get("/admin/failed")).text).toContain("Salesforce: 1 purchase");
    for (const id of [1, 2]) expect((await admin.get(`/admin/bookings/${id}`)).text).not.toContain("dismissed it");
  });

  it("stays readable once it is dismissed, with who did it [C5]", async () => {
    const path = await threeFail();
    const form = { crm: "salesforce", cause: path.split("/").at(-1) ?? "", reason: "tested" };
    await admin.post("/admin/failed/dismiss", [
      ...Object.entries(form),
      ["purchase", "1"],
      ["purchase", "2"],
      ["purchase", "3"],
    ]);
    const { text } = await admin.get(path);
    expect(text).toMatch(
      /STRING_TOO_LONG.*Resolved after a dismissal by admin.*None now, 3 ever.*Next: correct the data/,
    );
  });

  it("says who has seen it, in the list as well, and the trail has it [C2]", async () => {
    const path = await threeFail();
    const form = { crm: "salesforce", cause: path.split("/").at(-1) ?? "" };
    expect((await admin.post("/admin/failed/seen", form)).location).toBe(`${path}?done=seen&count=1`);
    expect((await admin.get("/admin/failed")).text).toContain("Seen by admin");
    expect((await admin.get("/admin/audit?what=seen")).text).toContain("Saw a cause");
    await system.deliver("updates", mended(1));
    await system.deliver("updates", mended(2));
    await system.deliver("updates", mended(3, grace));
    expect((await admin.post("/admin/failed/seen", form)).status).toBe(409);
  });
});

describe("failed and held", () => {
  it("are two lists and two counts, on the pages and in the verdict [C3]", async () => {
    for (const name of ["A", "B"]) system.sandbox.salesforce.seed("Contact", { LastName: name, Email: ada.email });
    await system.deliver("bookings", mended(1));
    await system.deliver("bookings", somebodys(2, grace, tooLong));
    await system.deliver("bookings", somebodys(3, grace, tooLong));
    const [failed, held, overview] = await Promise.all(["/admin/failed", "/admin/held", "/admin"].map(admin.get));
    expect(failed?.text).toMatch(/Failed 2 Held 1 .*STRING_TOO_LONG/);
    expect(failed?.text).not.toContain("Several CRM records");
    expect(held?.text).toMatch(/Several CRM records/);
    expect(held?.text).not.toContain("STRING_TOO_LONG");
    expect(overview?.text).toMatch(/2 purchases failed, of 1 cause.*1 purchase cannot go on/);
  });
});

describe("with 1,000 causes and 10,000 failures", () => {
  it("no page is large or slow, and all are paged through [C4]", async () => {
    const { redis, keys } = system;
    const syncLog = createSyncLog({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
    const words = "The value is too long for this field. ".repeat(5);
    const failure = {
      object: "Event",
      kind: "rejected",
      words,
      nextStep: "Next: correct it.",
      heals: false,
      sentence: words,
    };
    await Promise.all(
      Array.from({ length: 10_000 }, (_, index) =>
        syncLog.recordFailed("salesforce", String(index + 1), `job-${index}`, [
          { ...failure, fields: [{ field: `Field_${index % 1_000}__c` }] },
        ]),
      ),
    );
    const now = Date.now();
    const hour = (ms: number): string => `${new Date(ms).toISOString().slice(0, 13)}:00`;
    const month = `from=${hour(now - 30 * 24 * 3_600_000)}&to=${hour(now + 3_600_000)}`;
    const list = await admin.get("/admin/failed");
    const cause = /href="(\/admin\/failed\/salesforce\/[^"?#]+)/.exec(list.html)?.[1] ?? "";
    for (const path of ["/admin", "/admin/failed", "/admin/failed?page=40", `/admin/failed?${month}`, cause]) {
      const start = performance.now();
      const { html, status } = await admin.get(path);
      const took = performance.now() - start;
      expect([path, status, html.length < 256_000, took < MOST_MS]).toEqual([path, 200, true, true]);
    }
    expect((await admin.get("/admin/failed?page=40")).html.match(/class="card cause"/g)).toHaveLength(25);
    expect((await admin.get("/admin/failed?page=41")).html).not.toContain('class="card cause"');
    expect((await admin.get(`/admin/failed?${month}`)).text).toMatch(/of 1000 causes/);
  }, 60_000);
});
