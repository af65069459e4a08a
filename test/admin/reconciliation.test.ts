/** What the dashboard says of being in step with BookingBug [Q13], and of what the CRMs hold [Q15]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createHistory, type Walk } from "../../src/reconcile/history.ts";
import { beginning } from "../../src/reconcile/progress.ts";
import { createVerdicts, type KeptVerdict } from "../../src/reconcile/verdicts.ts";
import { aVerdict } from "../reconcile/verdicts.ts";
import { aWalk } from "../reconcile/walks.ts";
import { apiAt } from "../reconcile/world.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let admin: AdminClient;

beforeAll(async () => {
  // Of no use to anybody: nothing is asked of it here.
  system = await startSystem({ env: { ...apiAt("http://127.0.0.1:9"), RECONCILE_EVERY: "off" } });
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const company = apiAt("").BOOKINGBUG_API_COMPANY_ID ?? "";
const { counts } = beginning(new Date());

async function note(more: Partial<Walk> = {}): Promise<void> {
  const { redis, keys } = system;
  await createHistory({ redis, keys, retentionDays: 30 }).note(aWalk({ companies: [company], ...more }));
}

async function look(crm: string, more: Partial<KeptVerdict> = {}): Promise<void> {
  const { redis, keys } = system;
  await createVerdicts({ redis, keys, retentionDays: 30 }).note(crm, aVerdict(more));
}

const overview = async () => (await admin.get("/admin")).text;
const page = async () => (await admin.get("/admin/reconciliation")).text;

describe("the overview", () => {
  it("says as of when it is in step, by the beginning of the walk [Q13]", async () => {
    const startedAt = new Date(Date.now() - 600_000).toISOString();
    await note({ startedAt });
    expect(await overview()).toContain(`✓ In step In step as of ${startedAt.slice(11, 16)} .`);
  });

  it.each([
    [
      "the last walk broke off",
      { outcome: { kind: "broke_off", why: "BookingBug <b>refuses</b> us." } },
      /✕ Broke off The last walk, of .* broke off: BookingBug &lt;b&gt;refuses/,
    ],
    ["it is too old", { startedAt: "2026-01-01T00:00:00.000Z" }, /✕ Overdue The last walk is of 1 Jan 2026, 00:00/],
    ["some never came", { neverCame: [{ count: 3, why: [] }] }, /! Read back 3 notifications never came/],
  ] as const)("is not green where %s [Q13]", async (_, more, words) => {
    await note(more as unknown as Partial<Walk>);
    const text = await overview();
    expect(text).toMatch(words);
    expect(text).not.toContain("✓ In step");
  });

  it("says that nothing was compared yet", async () => {
    expect(await overview()).toMatch(/· Not compared yet No walk/);
  });

  it("says where BookingBug's API is not configured, and what to set", async () => {
    const other = await startSystem();
    const client = createAdminClient(other);
    expect((await client.get("/admin")).text).toMatch(/BookingBug’s API is not configured.* What to set/);
    expect((await client.get("/admin/reconciliation")).text).toMatch(/Set BOOKINGBUG_API_URL .* docs\/deployment\.md/);
    await other.stop();
  });
});

describe("the page", () => {
  it("has what BookingBug lists beside what is known and what each CRM has [Q13]", async () => {
    await note({
      by: "command",
      counts: { ...counts, listed: 12, known: 9, missing: 2, cancelledThere: 1, repaired: 2, notReadable: 1 },
      inCrms: { salesforce: 9, hubspot: 8 },
    });
    const text = await page();
    expect(text).toContain("12 at BookingBug, 9 known, 9 in Salesforce, 8 in HubSpot");
    expect(text).toMatch(/by command .*2 missing, 1 cancelled there 2 read back 1 not readable ✓ Complete/);
    expect(text).toMatch(/What waits now Salesforce 0 purchases on the way, none failed or held/);
  });

  it("says what never came by the hour, and why it can be [Q13]", async () => {
    const neverCame: Walk["neverCame"] = [
      { hour: "2026-11-26T02:00:00.000Z", count: 4, why: ["down", "refused"] },
      { hour: "2026-11-26T03:00:00.000Z", count: 1, why: ["never_posted"] },
      { count: 2, why: [] },
    ];
    await note({ neverCame });
    expect(await page()).toMatch(
      /BookingBug does not say 2 not known .*2026-11-26 03:00 to 04:00 1 we were there and refused nothing.*2026-11-26 02:00 to 03:00 4 no web process of ours was there; sign-ins to the notification URLs were refused/,
    );
  });

  it("escapes what BookingBug made us say", async () => {
    await note({ outcome: { kind: "broke_off", why: "<script>alert(1)</script>" } });
    const { html } = await admin.get("/admin/reconciliation");
    expect(html).not.toContain("<script>alert");
    expect(html).toContain("&lt;script&gt;alert(1)");
  });
});

describe("what the CRMs hold [Q15]", () => {
  it("is green on the overview where somebody edited it, and says so", async () => {
    await note();
    await look("salesforce");
    await look("hubspot", { different: { gone: 0, merged: 2, differs: 5 } });
    const text = await overview();
    expect(text).toMatch(
      /✓ In step In step as of \S+ \. 5 records edited in HubSpot are left as edited\. Reconciliation/,
    );
    expect(text).not.toMatch(/Records gone|merged/);
  });

  it("is not green where something is gone", async () => {
    await note();
    await look("salesforce", { different: { gone: 1, merged: 0, differs: 0 } });
    const text = await overview();
    expect(text).toMatch(/! Records gone In step as of \S+ \. Salesforce no longer has 1 record that was written\./);
    expect(text).not.toContain("✓ In step");
  });

  it("does not hide what is worse", async () => {
    await note({ outcome: { kind: "broke_off", why: "It is not there." } });
    await look("salesforce", { different: { gone: 3, merged: 0, differs: 0 } });
    expect(await overview()).toMatch(/✕ Broke off .* Salesforce no longer has 3 records that were written\./);
  });

  it("is still told where the look after it broke off", async () => {
    await note();
    await look("salesforce", { different: { gone: 3, merged: 0, differs: 0 } });
    await look("salesforce", { outcome: { kind: "broke_off", why: "Salesforce <b>refuses</b> us." } });
    expect(await overview()).toMatch(
      /! Records gone .* no longer has 3 records .* look at what Salesforce holds broke off\./,
    );
    const text = await page();
    expect(text).toMatch(
      /! Broke off The last look, just now : Salesforce &lt;b&gt;refuses.* 3 gone, 0 merged, 0 edited/,
    );
  });

  it("is on the page by CRM, with links to the purchase and to the record", async () => {
    const where = { purchaseId: "1/1", section: "appointment", object: "Event" };
    await look("salesforce", {
      ...{ by: "command", purchases: 40, underWay: 2, records: 90, calls: 3, outcome: { kind: "share_used" } },
      different: { gone: 1, merged: 1, differs: 100 },
      differences: [
        { kind: "gone", ...where, id: "00U1" },
        { kind: "merged", ...where, id: "00U2", into: "00U3" },
        { kind: "differs", ...where, id: "00U4", fields: ["Subject", "<script>"] },
      ],
    });
    const { html, text } = await admin.get("/admin/reconciliation");
    expect(text).toMatch(
      /What Salesforce holds Looked at just now , by command Records 90 of 40 purchases, in 3 calls; 2 purchases with .* not looked at Since written 1 gone, 1 merged, 100 edited How far · In part A twentieth/,
    );
    expect(text).toMatch(
      /purchase 1\/1 appointment: Event 00U1 ! gone .* · merged into 00U3 .* · edited Subject , &lt;script&gt; And 99 more\./,
    );
    expect(html).not.toContain("<script>");
    expect(html).toContain('href="/admin/bookings/1%2F1"');
    expect(html).toMatch(/href="http[^"]+\/00U4\/view" rel="noreferrer"/);
    expect(text).toMatch(/What HubSpot holds Nobody has looked yet/);
  });
});
