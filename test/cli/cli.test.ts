/** The commands as an operator runs them, each as a process of its own. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { type Ended, runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample, twoBookings } from "../support/payloads.ts";
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

const statuses = () => system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Status__c);

describe("crm-sync replay", () => {
  it("brings what failed up to date once its cause is gone", async () => {
    system.sandbox.salesforce.seed("Contact", { LastName: "One", Email: "test@bookingbug.com" });
    const second = system.sandbox.salesforce.seed("Contact", { LastName: "Two", Email: "test@bookingbug.com" });
    await system.deliver("bookings", sample("purchase-created"));
    expect(await system.failures("salesforce")).toHaveLength(1);
    system.sandbox.salesforce.remove("Contact", second);
    expect((await crmSync(["replay", "--failed", "--dry-run"])).out).toMatch(
      /sync-salesforce: 1 purchases: 11610441\nsync-hubspot: 0/,
    );
    expect(await crmSync(["replay", "--failed"])).toMatchObject({
      code: 0,
      out: "1 up to date, 0 failed, 0 still waiting\n",
    });
    expect(statuses()).toEqual(["booked"]);
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("finds what failed also when the queue's own list of failed jobs was cleaned", async () => {
    const time_zone = "x".repeat(65);
    await system.deliver(
      "bookings",
      purchase((body) => void Object.assign(firstBooking(body), { time_zone })),
    );
    expect(await system.queues.salesforce?.clean(0, 100, "failed")).toHaveLength(1);
    expect((await crmSync(["replay", "--failed", "--dry-run", "--crm", "salesforce"])).out).toBe(
      "sync-salesforce: 1 purchases: 11610441\n",
    );
    expect(await crmSync(["replay", "--failed", "--crm", "salesforce"])).toMatchObject({
      code: 1,
      out: "0 up to date, 1 failed, 0 still waiting\n",
    });
  });

  it("runs by booking, by purchase and by time without writing anything twice", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const before = JSON.stringify(system.sandbox.hubspot.stats.calls);
    for (const selection of [
      ["--booking", "13477736"],
      ["--purchase", "11610441"],
    ]) {
      expect((await crmSync(["replay", ...selection])).out).toBe("2 up to date, 0 failed, 0 still waiting\n");
    }
    const since = await crmSync(["replay", "--since", "1h"]);
    expect(since.out).toBe("1 up to date, 0 failed, 0 still waiting\n");
    expect(JSON.stringify(system.sandbox.hubspot.stats.calls)).toBe(before);
  });

  it("leaves a job to the worker, which is listed and can be stopped [J1]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const started = await crmSync(["replay", "--since", "1h", "--crm", "hubspot", "--detach"]);
    const id = /^started: (\S+);/.exec(started.out)?.[1] ?? "";
    await eventually(async () => {
      const { out } = await crmSync(["jobs"]);
      expect(out).toMatch(new RegExp(`^${id} .*Done, 1 of 1 purchase, by .* \\(crm-sync\\)\n.*Run again: hubspot`));
    });
    expect(await crmSync(["jobs", "stop", id])).toMatchObject({ code: 1, out: expect.stringContaining("it is over") });
    expect((await crmSync(["replay", "--failed", "--detach"])).out).toBe("nothing to do\n");
  });

  it("makes nothing of a purchase that nobody has heard of, and says so [E12]", async () => {
    const { redis, keys } = system;
    for (const more of [[], ["--crm", "hubspot"], ["--dry-run"]]) {
      expect(await crmSync(["replay", "--purchase", "424242", ...more])).toMatchObject({
        code: 1,
        out: "",
        err: expect.stringContaining("Nothing is known of purchase 424242."),
      });
    }
    expect(await redis.keys(`${keys.prefix}:*424242*`)).toEqual([]);
  });

  it("says what it does not know or cannot understand", async () => {
    expect(await crmSync(["replay", "--booking", "1"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Booking 1 is not known"),
    });
    expect(await crmSync(["replay"])).toMatchObject({ code: 1, err: expect.stringContaining("say what") });
    expect(await crmSync(["replay", "--since", "yesterday"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("90m, 2h or 3d"),
    });
  });

  it("reads the quarantine again and keeps what is still unreadable", async () => {
    await system.post("bookings", "not json");
    expect((await crmSync(["replay", "--quarantined"])).out).toBe("0 read and queued, 1 still unreadable\n");
    expect(await system.redis.hlen(system.keys.quarantine)).toBe(1);
  });
});

describe("a person's decision", () => {
  it("settles which of several bookings was cancelled", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    expect(statuses()).toEqual(["booked", "booked"]);
    expect(await crmSync(["decide", "--booking", "13477737", "--is", "cancelled", "--others-active"])).toMatchObject({
      code: 0,
    });
    expect(statuses()).toEqual(["booked", "cancelled"]);
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("about several matching contacts is stamped in the CRM and remembered", async () => {
    const seed = (name: string) =>
      system.sandbox.salesforce.seed("Contact", { LastName: name, Email: "test@bookingbug.com" });
    const [, chosen] = [seed("One"), seed("Two")];
    await system.deliver("bookings", sample("purchase-created"));
    const pick = ["pick", "--crm", "salesforce", "--purchase", "11610441", "--record", chosen];
    expect(await crmSync(pick)).toMatchObject({ code: 0 });
    const { redis, keys } = system;
    const syncLog = createSyncLog({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
    const did = (await syncLog.timeline("11610441")).filter((entry) => entry.kind === "action");
    expect(did).toEqual([
      expect.objectContaining({ action: "pick", by: "crm-sync", detail: chosen }),
      expect.objectContaining({ action: "retry", by: "crm-sync" }),
    ]);
    const next = purchase((body) => {
      body.id = 2;
      Object.assign(firstBooking(body), { id: 22, purchase_id: 2 });
    });
    await system.deliver("bookings", next);
    expect(system.sandbox.salesforce.records("Event").map(({ values }) => values.WhoId)).toEqual([chosen, chosen]);
    expect(system.sandbox.salesforce.records("Contact").find(({ id }) => id === chosen)?.values.BB_Id__c).toBe(
      "3056937",
    );
  });
});

describe("crm-sync check, before a version goes live", () => {
  const mappings = async (text: string) => {
    const dir = await mkdtemp(join(tmpdir(), "mappings-"));
    await writeFile(join(dir, "salesforce.yaml"), text);
    return { MAPPINGS_DIR: dir, CRM: "salesforce" };
  };
  const file = (fields: string, key = "BB_Id__c") => `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { ${key}: client.id }
    fields:
      LastName: client.last_name
${fields}
`;

  it("passes the default mappings against both CRMs", async () => {
    expect(await crmSync(["mapping", "check"])).toMatchObject({ code: 0, out: "The mapping files are in order.\n" });
  });

  it.each([
    [
      "an unknown field, with the nearest",
      file("      FirstNam: client.first_name"),
      "`Contact` has no field `FirstNam`; did you mean `FirstName`",
    ],
    ["a field that cannot be written", file("      Name: client.name"), "`Name` cannot be written"],
    ["an external id that is not unique", file("", "Title"), "`Title` is not a unique external id"],
    [
      "a required field that is not mapped",
      file("").replace("LastName: client.last_name", "Title: client.title"),
      "cannot be created without `LastName`",
    ],
    [
      "an object the CRM has not",
      file("").replace("object: Contact", "object: Kontakt"),
      "the CRM has no object `Kontakt`",
    ],
    [
      "a text that is too long",
      file(`      FirstName: { constant: ${"x".repeat(41)} }`),
      "holds 40 characters; this text has 41",
    ],
  ])("refuses %s", async (_what, text, message) => {
    const ended = await crmSync(["check"], await mappings(text));
    expect(ended.code).toBe(1);
    expect(ended.out).toContain(message);
    expect(ended.out).toMatch(/salesforce\.yaml:\d+:\d+: /);
  });

  it("says everything that is missing from the configuration, and no value", async () => {
    const ended = await crmSync(["check"], {
      SALESFORCE_CLIENT_SECRET: "",
      HUBSPOT_ACCESS_TOKEN: "",
      BOOKINGBUG_USERNAME: "",
    });
    expect(ended.code).toBe(1);
    for (const name of ["SALESFORCE_CLIENT_SECRET", "HUBSPOT_ACCESS_TOKEN", "BOOKINGBUG_USERNAME"])
      expect(ended.err).toContain(name);
    expect(ended.err).not.toContain("admin-secret");
  });
});
