/** The Drift page [Q18]: what people changed in a CRM, beside what was written. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { settle } from "../../src/drift/keep.ts";
import { createRounds, NO_COUNTS, type Round } from "../../src/drift/round.ts";
import { createDriftStore } from "../../src/drift/store.ts";
import { aDrifted } from "../drift/drifted.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { createBrowser, PASSWORDS, veraAndOtto } from "../support/people.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let admin: AdminClient;

beforeAll(async () => {
  system = await startSystem({ env: { ADMIN_USERS: await veraAndOtto(), DRIFT_DAILY_CALLS: "500" } });
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const kept = (crm: string) => ({ redis: system.redis, keys: system.keys, crm, retentionDays: 1 });
const store = (crm = "hubspot") => createDriftStore(kept(crm));
const rounds = (crm = "hubspot") => createRounds(kept(crm));
const today = () => new Date().toISOString().slice(0, 10);

function aRound(more: Partial<Round> = {}): Round {
  const startedAt = new Date(Date.now() - 3_600_000).toISOString();
  const counts = { ...NO_COUNTS, purchases: 40, records: 90, calls: 3 };
  return { startedAt, again: [], counts, day: today(), spent: 3, ...more };
}

const page = async (query = "") => await admin.get(`/admin/drift${query}`);

describe("the page", () => {
  it("says that no round was made, and how one is", async () => {
    expect((await page()).text).toMatch(/Salesforce No round has begun yet .* crm-sync drift makes one now/);
  });

  it("says that all is as it was written, once a round has ended", async () => {
    await rounds().begin(aRound({ endedAt: new Date().toISOString() }));
    expect((await page()).text).toMatch(
      /HubSpot ✓ As it was written Round since 1 h ago , ended just now Looked at 90 records of 40 purchases, in 3 calls Calls today 3 of 500 Drifted nothing/,
    );
  });

  it("says how far a round is, and that it goes on tomorrow where the day's calls are spent", async () => {
    await system.redis.zadd(system.keys.ledgerByEnd("hubspot"), Date.now() + 9e8, "1", Date.now() + 9e8, "2");
    const counts = { ...aRound().counts, notKept: 7, underWay: 1 };
    await rounds().begin(aRound({ spent: 500, counts }));
    const { text } = await page();
    expect(text).toMatch(/under way: 2 purchases left, at this pace until in 3 min/);
    expect(text).toMatch(
      /1 purchase with something that waits: not looked at .*7 records that drifted and is not listed/,
    );
    expect(text).toContain("500 of 500 spent: it goes on tomorrow");
  });

  it("has what drifted by field, editor and day, and the records with three sides behind each", async () => {
    await rounds().begin(aRound({ endedAt: new Date().toISOString() }));
    await store().keep(
      aDrifted({
        id: "501",
        purchaseId: "1/1",
        fields: [{ field: "lastname", by: "Rep <7>", at: "2026-01-02T08:00:00Z" }],
      }),
    );
    await store().keep(aDrifted({ kind: "deleted", id: "502", object: "meetings" }));
    await store().keep(aDrifted({ kind: "merged", id: "503", into: "504" }));
    await settle({ store: store() });
    const { text, html } = await page();
    expect(text).toMatch(/HubSpot ! Records deleted .* Drifted 1 edited , 1 deleted , 1 merged/);
    expect(text).toMatch(/contacts\.lastname 1 .* Rep &lt;7&gt; 1 .* 2036-01-01 3/);
    const path = /href="([^"]*field[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const listed = await admin.get(path);
    expect(listed.text).toMatch(
      /contacts\.lastname edited in HubSpot · edited person: contacts 501 of purchase 1\/1 .* lastname Typed-by-hand Written Ours 2 Jan 2026, 08:00 by Rep &lt;7&gt;/,
    );
    expect(listed.html).toContain('href="/admin/bookings/1%2F1"');
    expect(listed.text).not.toMatch(/contacts 503/);
    expect((await page("?crm=hubspot&list=deleted")).text).toMatch(/Deleted in HubSpot ! deleted person: meetings 502/);
    expect((await page("?crm=hubspot&list=merged")).text).toMatch(/· merged into 504 : person: contacts 503/);
  });

  it("asks first for what waits for a word", async () => {
    await store().keep(aDrifted({ id: "501", fields: [{ field: "lastname", asks: "hold" }] }));
    expect((await page()).text).toMatch(/HubSpot: 1 record has an edit that waits for your word\. See which/);
    expect((await page("?crm=hubspot&list=ask")).text).toMatch(/! to be decided person: contacts 501/);
  });

  it("stays small however much drifted, and turns", async () => {
    const fields = Array.from({ length: 40 }, (_, at) => ({ field: `field_${at}`, theirs: "<".repeat(5_000) }));
    for (let id = 1; id <= 45; id += 1) await store().keep(aDrifted({ id: String(id), fields }));
    await settle({ store: store() });
    const first = await page("?crm=hubspot");
    expect(Buffer.byteLength(first.html)).toBeLessThan(256_000);
    expect(first.text).toContain("and 30 more");
    expect(first.text).toContain("Older →");
    expect((await page("?crm=hubspot&page=3")).text.match(/contacts \d+ of purchase/g)).toHaveLength(5);
  });

  it("takes no list that cannot be meant, nor a CRM that is not there", async () => {
    expect((await page(`?crm=hubspot&list=${"x".repeat(2_000)}`)).text).toContain("Drifted in HubSpot");
    expect((await page("?crm=nobody")).status).toBe(200);
  });
});

describe("who may only look", () => {
  it("sees which fields were edited, and neither what is in them nor by whom", async () => {
    await rounds().begin(aRound());
    await store().keep(aDrifted({ id: "501", fields: [{ field: "lastname", by: "Rosa Rep" }] }));
    await settle({ store: store() });
    const seen = async (name: "vera" | "otto") => {
      const browser = createBrowser(system.url);
      await browser.signIn(name, PASSWORDS[name]);
      return (await browser.get("/admin/drift?crm=hubspot")).html;
    };
    expect((await seen("otto")).match(/Typed-by-hand|Rosa Rep/g)).toHaveLength(3);
    const vera = await seen("vera");
    expect(vera.match(/Typed-by-hand|Rosa Rep/g)).toBeNull();
    expect(vera).toContain("‹text of 13›");
    expect(vera).toContain("contacts.lastname");
  });
});
