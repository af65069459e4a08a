/** What the dashboard says of being in step with BookingBug [Q13], and of what people did in the CRMs [Q15]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createDriftStore } from "../../src/drift/store.ts";
import { createHistory, type Walk } from "../../src/reconcile/history.ts";
import { beginning } from "../../src/reconcile/progress.ts";
import { aDrifted } from "../drift/drifted.ts";
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

/** Keeps what a round finds, each time of another record. */
async function found(crm: string, ...all: Parameters<typeof aDrifted>[0][]): Promise<void> {
  const { redis, keys } = system;
  const store = createDriftStore({ redis, keys, crm, retentionDays: 30 });
  for (const [index, one] of all.entries()) await store.keep(aDrifted({ id: `${index}`, ...one }));
}
const edited = { fields: [{ field: "LastName" }] };
const asked = { fields: [{ field: "LastName", asks: "hold" as const }] };

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

describe("what people did in the CRMs [Q15]", () => {
  it("is green on the overview where somebody edited, and says so", async () => {
    await note();
    await found("hubspot", edited, edited, { kind: "merged", into: "9" });
    const text = await overview();
    expect(text).toMatch(
      /✓ In step In step as of \S+ \. 2 records edited in HubSpot are left as edited\. Reconciliation/,
    );
    expect(text).not.toMatch(/Records deleted|merged/);
  });

  it("is not green where something was deleted, and leads to it", async () => {
    await note();
    await found("salesforce", { kind: "deleted" });
    const { text, html } = await admin.get("/admin");
    expect(text).toMatch(/! Records deleted In step as of \S+ \. Salesforce no longer has 1 record that was written\./);
    expect(text).not.toContain("✓ In step");
    expect(html).toContain('href="/admin/drift?crm=salesforce&amp;list=deleted#records"');
  });

  it("is not green where an edit waits for a decision", async () => {
    await note();
    await found("hubspot", edited, asked);
    expect(await overview()).toMatch(
      /! Waits for you In step as of \S+ \. 2 records edited in HubSpot are left as edited, 1 of them until you decide\./,
    );
  });

  it("does not hide what is worse, and is on the page as well", async () => {
    await note({ outcome: { kind: "broke_off", why: "It is not there." } });
    await found("salesforce", { kind: "deleted" }, { kind: "deleted" });
    const words = /✕ Broke off .* Salesforce no longer has 2 records that were written\./;
    expect(await overview()).toMatch(words);
    expect(await page()).toMatch(words);
  });
});
