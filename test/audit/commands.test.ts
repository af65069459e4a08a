/** What commands do is in the audit trail like what buttons do, and a command reads it [S8]. */
import { userInfo } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import type { AuditEntry } from "../../src/audit/line.ts";
import { createAdminClient } from "../support/admin.ts";
import { type Ended, runCli } from "../support/cli.ts";
import { testEnvironment } from "../support/environment.ts";
import { sample, twoBookings } from "../support/payloads.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

function crmSync(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runCli(args, { ...system.environment, ...env });
}

async function trail(): Promise<AuditEntry[]> {
  const entries = await system.redis.xrange(system.keys.audit("actions"), "-", "+");
  return entries.map(([, [, text = ""]]) => JSON.parse(text));
}

const by = { who: userInfo().username, from: "command line" };
const purchase = "11610441";

describe("a command in the audit trail", () => {
  it("is there with what it changed, and one that was refused too; a look at what is masked is not", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const decide = ["decide", "--booking", "13477737", "--is", "cancelled", "--others-active"];
    await crmSync(decide);
    await crmSync(decide, { DYNO: "run.4711" });
    await crmSync(["replay", "--purchase", purchase]);
    await crmSync(["replay", "--purchase", purchase, "--dry-run"]);
    await crmSync(["resume", "--crm", "hubspot"]);
    await crmSync(["show", purchase]);
    await crmSync(["show", purchase, "--reveal"]);
    await crmSync(["pick", "--crm", "hubspot", "--purchase", purchase, "--record", "17"]);
    const decided = { crm: "salesforce", booking: "13477737", answer: "cancelled, others active" };
    expect(await trail()).toEqual([
      { ...by, what: "decide", on: { ...decided, purchase }, outcome: "done" },
      { ...by, who: "dyno run.4711", what: "decide", on: decided, outcome: "refused" },
      { ...by, what: "replay", on: { purchases: 1, purchase }, outcome: "done" },
      { ...by, what: "resume", on: { crm: "hubspot" }, outcome: "done" },
      { ...by, what: "show_payload", on: { purchase }, outcome: "done" },
      { ...by, what: "pick", on: { crm: "hubspot", purchase, record: "17" }, outcome: "refused" },
    ]);
  });

  it("says that somebody was forgotten and nothing of who it was, which only the words themselves can tell", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const admin = createAdminClient(system);
    await admin.post("/admin/bookings/search", { q: "TEST@bookingbug.com" });
    await crmSync(["forget", "--email", "test@bookingbug.com", "--dry-run"]);
    await crmSync(["forget", "--email", "test@bookingbug.com"]);
    expect((await trail()).map(({ what, on }) => [what, on.by])).toEqual([
      ["search", "email"],
      ["search", "email"],
      ["forget", "email"],
    ]);
    expect(await dumpRedis(system.redis)).not.toMatch(/test@bookingbug|gladden|3056937/i);
    const { out } = await crmSync(["audit", "--json", "--searched", "Test@BookingBug.com", "--limit", "2"]);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ what }) => what)).toEqual(["forget", "search"]);
    expect((await crmSync(["audit", "--searched", "other@bookingbug.com"])).out).toBe("");
  });

  it("of fields that were created is there, and without a Redis they are created all the same, and it is said", async () => {
    const sandbox = await startSandbox({
      hubspot: { withoutProperties: ["meetings.bookingbug_price", "meetings.bookingbug_status"] },
    });
    const environment = { ...testEnvironment(system.server.url, sandbox.url), CRM: "hubspot" };
    await crmSync(["provision", "--dry-run"], environment);
    expect(await trail()).toEqual([]);
    await crmSync(["provision"], environment);
    expect(await trail()).toEqual([{ ...by, what: "provision", on: { crm: "hubspot", steps: 3 }, outcome: "done" }]);
    await sandbox.close();

    const bare = await startSandbox({ hubspot: { withoutProperties: ["meetings.bookingbug_price"] } });
    const alone = { ...testEnvironment("redis://127.0.0.1:1", bare.url), CRM: "hubspot" };
    const { code, out, err } = await crmSync(["provision"], alone);
    expect([code, out]).toEqual([0, expect.stringMatching(/done .*bookingbug_price/)]);
    expect(err).toMatch(/Not noted in the audit trail: Redis cannot be reached/);
    await bare.close();
  });
});

describe("crm-sync audit", () => {
  it("prints the newest first, by who, what and when", async () => {
    const { redis, keys } = system;
    const add = (minutesAgo: number, who: string, id: string) =>
      redis.xadd(
        keys.audit("actions"),
        `${Date.now() - minutesAgo * 60_000}-0`,
        "line",
        JSON.stringify({ who, from: "192.0.2.1", what: "run_again", on: { purchase: id }, outcome: "done" }),
      );
    for (const [minutes, who, id] of [
      [200, "ann", "1"],
      [100, "bob", "2"],
      [1, "ann", "3"],
    ] as const) {
      await add(minutes, who, id);
    }
    const ids = (out: string) => [...out.matchAll(/purchase (\d)/g)].map(([, id]) => id);
    const all = (await crmSync(["audit"])).out;
    expect(ids(all)).toEqual(["3", "2", "1"]);
    expect(all).toMatch(/^\d{4}-\S+Z {2}ann {2}192\.0\.2\.1 {2}Ran a purchase again: purchase 3 {2}done$/m);
    expect(ids((await crmSync(["audit", "--since", "2h"])).out)).toEqual(["3", "2"]);
    expect(ids((await crmSync(["audit", "--who", "ann", "--limit", "1"])).out)).toEqual(["3"]);
    expect((await crmSync(["audit", "--limit", "none"])).err).toMatch(/number above 0/);
  });
});
