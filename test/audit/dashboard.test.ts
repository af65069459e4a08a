/** What somebody does in the dashboard is in the audit trail: who, from where, what, on what, and how it ended. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { pino } from "pino";
import type { AuditEntry } from "../../src/audit/line.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let admin: AdminClient;
const ada = { first: "Ada", last: "Lovelace", email: "ada@example.com" };
const logged: string[] = [];

beforeAll(async () => {
  const log = pino({ level: "info" }, { write: (line) => void logged.push(line) });
  system = await startSystem({ log });
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** What is stored, oldest first. */
async function trail(stream: "actions" | "sign-ins" = "actions"): Promise<AuditEntry[]> {
  const entries = await system.redis.xrange(system.keys.audit(stream), "-", "+");
  return entries.map(([, [, text = ""]]) => JSON.parse(text));
}

const by = { who: ADMIN.username, from: "127.0.0.1" };

describe("the audit trail [S8]", () => {
  it("has whatever was done by a button, with what it was done on", async () => {
    for (const id of [1, 2]) await system.deliver("bookings", somebodys(id, ada, tooLong));
    const receipt = await system.post("bookings", "not JSON");
    const delivery = String(receipt.body.deliveryId);
    const salesforce = { crm: "salesforce" };
    await admin.post("/admin/bookings/1/run-again");
    await admin.post("/admin/failed/retry", { ...salesforce, purchase: "1" });
    await admin.post("/admin/failed/dismiss", { ...salesforce, purchase: "2", reason: "Ada Lovelace said so" });
    await admin.post("/admin/resume", salesforce);
    await admin.get(`/admin/quarantine/${delivery}/download`);
    await admin.post("/admin/quarantine/discard", { delivery, reason: "of no use" });
    const again = String((await system.post("bookings", "not JSON")).body.deliveryId);
    await admin.post("/admin/quarantine/read-again", { delivery: again });
    expect(await trail()).toEqual([
      { ...by, what: "run_again", on: { purchase: "1" }, outcome: "done" },
      { ...by, what: "retry", on: { ...salesforce, purchases: 1, purchase: "1" }, outcome: "done" },
      { ...by, what: "dismiss", on: { ...salesforce, purchases: 1, purchase: "2" }, outcome: "done" },
      { ...by, what: "resume", on: salesforce, outcome: "done" },
      { ...by, what: "download_quarantined", on: { delivery }, outcome: "done" },
      { ...by, what: "discard_quarantined", on: { delivery }, outcome: "done" },
      { ...by, what: "read_quarantined_again", on: { delivery: again, deliveries: 1 }, outcome: "done" },
    ]);
    await system.quiet();
  });

  it("has what was decided, and what was refused", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const purchase = { crm: "salesforce", purchase: "11610441", booking: "13477736" };
    await admin.post("/admin/held/decide", { ...purchase, hold: "cancellation_ambiguous:1", verdict: "active" });
    await admin.post("/admin/held/take-back", purchase);
    await admin.post("/admin/held/pick", { crm: "hubspot", purchase: "11610441", record: "17" });
    expect(await trail()).toEqual([
      {
        ...{ ...by, what: "decide", outcome: "refused" },
        on: { ...purchase, hold: "cancellation_ambiguous:1", answer: "active" },
      },
      { ...by, what: "take_back", on: purchase, outcome: "refused" },
      { ...by, what: "pick", on: { crm: "hubspot", purchase: "11610441", record: "17" }, outcome: "refused" },
    ]);
  });

  it("has who looked at a payload, and nothing of a name that was asked for in place of an id", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    expect((await admin.post("/admin/bookings/1/payload")).text).toMatch(/Lovelace/);
    expect((await admin.post("/admin/bookings/Lovelace/payload")).status).toBe(404);
    expect(await trail()).toEqual([
      { ...by, what: "show_payload", on: { purchase: "1" }, outcome: "done" },
      { ...by, what: "show_payload", on: { purchase: "not an id" }, outcome: "refused" },
    ]);
  });

  it("has of a search how it was made and what was found, and its words as a digest alone", async () => {
    for (const id of [1, 2]) await system.deliver("bookings", somebodys(id, ada));
    await system.redis.del(system.keys.audit("actions"));
    for (const q of ["ADA@example.com", "ada@example.com", "Lovelace", "Nobody Knowsthem", "2"]) {
      await admin.post("/admin/bookings/search", { q });
    }
    const lines = await trail();
    const words = expect.stringMatching(/^[\w-]{22}$/);
    expect(lines.map(({ on }) => on)).toEqual([
      { by: "email", words, found: 2 },
      { by: "email", words, found: 2 },
      { by: "name", words, found: 2 },
      { by: "name", words, found: 0 },
      { by: "id", found: 1, purchase: "2" },
    ]);
    const [first, second, third] = lines.map(({ on }) => on.words);
    expect([first === second, first === third]).toEqual([true, false]);
    expect(JSON.stringify(lines)).not.toMatch(/lovelace|ada|nobody|knowsthem/i);
    expect((await dumpRedis(system.redis)).toLowerCase()).not.toContain("knowsthem");
  });

  it("has the bookings that a mapping was tried on, once where the editor tries again with each letter", async () => {
    for (const id of [1, 2]) await system.deliver("bookings", somebodys(id, ada));
    expect((await admin.get("/admin/mappings")).text).toMatch(/Lovelace/);
    const file = "mappings/hubspot.yaml";
    for (const yaml of ["a", "ab", "abc"]) await admin.post("/admin/mappings/live", { file, yaml, sample: "1" });
    await admin.post("/admin/mappings/live", { file, yaml: "a", sample: "Lovelace" });
    const words = expect.stringMatching(/^[\w-]{22}$/);
    expect((await trail()).map(({ what, on, outcome }) => [what, on, outcome])).toEqual([
      ["try_mapping", { purchase: "2" }, "done"],
      ["try_mapping", { by: "id", found: 1, purchase: "1" }, "done"],
      ["try_mapping", { by: "name", found: 1, purchase: "2", words }, "done"],
    ]);
  });

  it("has the buttons of the queues' own page, those that did nothing too", async () => {
    const press = (path: string, method = "PUT") =>
      fetch(`${system.url}/admin/queues/api/queues/${path}`, {
        method,
        headers: { authorization: basic(ADMIN), "sec-fetch-site": "same-origin" },
      });
    expect((await press("sync-salesforce/pause")).status).toBe(200);
    expect((await press("ada%40example.com/pause")).status).toBe(404);
    expect((await press("sync-salesforce/add", "POST")).status).toBe(403);
    await eventually(async () => {
      expect(await trail()).toEqual([
        { ...by, what: "queue_action", on: { button: "PUT queues/sync-salesforce/pause" }, outcome: "done" },
        { ...by, what: "queue_action", on: { button: "PUT queues/?/pause" }, outcome: "refused" },
        { ...by, what: "queue_action", on: { button: "POST queues/sync-salesforce/add" }, outcome: "refused" },
      ]);
    });
    await system.queues.salesforce?.resume();
  });

  it("has once, in a list of its own, that somebody was kept out after wrong passwords", async () => {
    const guess = (username: string, password: string) =>
      fetch(`${system.url}/admin`, { headers: { authorization: basic({ username, password }) } });
    await Promise.all(Array.from({ length: 14 }, (_, i) => guess(ADMIN.username, `wrong ${i}`)));
    await Promise.all(Array.from({ length: 12 }, (_, i) => guess("my-password-by-mistake", `wrong ${i}`)));
    const line = { from: "127.0.0.1", what: "sign_in_refused", on: {}, outcome: "refused" };
    expect(await trail("sign-ins")).toEqual([
      { ...line, who: ADMIN.username },
      { ...line, who: "an unknown name" },
    ]);
    expect(await trail()).toEqual([]);
    expect(logged.join("")).not.toMatch(/by-mistake/);
  });

  it("keeps nobody from doing what could not be noted, and says so on the page, in the log and as a metric", async () => {
    await system.deliver("bookings", somebodys(1, ada));
    await system.redis.set(system.keys.audit("actions"), "no stream");
    const { status, location = "" } = await admin.post("/admin/bookings/1/run-again");
    expect(status).toBe(303);
    expect((await admin.get(location)).text).toMatch(/1 purchase queued again.*could not be noted in the audit trail/);
    expect((await admin.post("/admin/bookings/1/payload")).text).toMatch(/could not be noted.*Lovelace/);
    const lines = logged
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg.startsWith("the audit trail could not"));
    expect(lines.slice(-2)).toEqual([
      expect.objectContaining({ user: "admin", what: "run_again", purchase: "1", outcome: "done" }),
      expect.objectContaining({ user: "admin", what: "show_payload", purchase: "1", outcome: "done" }),
    ]);
    const metrics = await (await fetch(`${system.url}/metrics`, { headers: { authorization: basic(ADMIN) } })).text();
    expect(metrics).toMatch(/^crm_sync_audit_lost_total\{process="test"\} 2$/m);
    await system.quiet();
  });
});

describe("the audit page", () => {
  it("lists what was done, newest first, a page at a time, by who and by what", async () => {
    const { redis, keys } = system;
    const entry = (what: string, who: string, purchase: number) =>
      JSON.stringify({ who, from: "192.0.2.1", what, on: { purchase: String(purchase) }, outcome: "done" });
    const start = Date.now() - 1_000;
    for (let i = 0; i < 120; i += 1) {
      await redis.xadd(keys.audit("actions"), `${start + i}-0`, "line", entry("run_again", `op${i % 2}`, 1_000 + i));
    }
    await redis.xadd(keys.audit("sign-ins"), `${start + 119}-0`, "line", entry("sign_in_refused", "op0", 5_000));
    const shown = (html: string) => [...html.matchAll(/>purchase (\d+)</g)].map(([, id]) => Number(id));
    const first = await admin.get("/admin/audit");
    expect(first.text).toMatch(/just now op1 192\.0\.2\.1 Ran a purchase again purchase 1119 ✓ Done/);
    const seen: number[] = [];
    let next: string | undefined = "/admin/audit";
    while (next !== undefined) {
      const { html } = await admin.get(next);
      seen.push(...shown(html));
      next = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen.toSorted((a, b) => b - a)).toEqual([5_000, ...Array.from({ length: 120 }, (_, i) => 1_119 - i)]);
    expect(shown((await admin.get("/admin/audit?who=op1&what=run_again")).html)[0]).toBe(1_119);
    expect(shown((await admin.get("/admin/audit?what=sign_in_refused")).html)).toEqual([5_000]);
    expect((await admin.get("/admin/audit?who=nobody")).text).toMatch(/Nothing of this/);
    expect((await admin.get("/admin/audit?before=no-id")).status).toBe(200);
  });

  it("is in the navigation, and says so when there is nothing yet", async () => {
    expect((await admin.get("/admin")).html).toMatch(/href="\/admin\/audit"/);
    expect((await admin.get("/admin/audit")).text).toMatch(/Nothing yet/);
  });
});
