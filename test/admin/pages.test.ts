/** What the dashboard's pages say and its buttons do. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { pino } from "pino";
import { maskPayload } from "../../src/booking/mask.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample, twoBookings } from "../support/payloads.ts";
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

/** The id of the only cause on the page. */
async function causeOf(crm: string): Promise<string> {
  const { html } = await admin.get("/admin/failed");
  return new RegExp(`href="/admin/failed/${crm}/([^"]+)"`).exec(html)?.[1] ?? "";
}

describe("what an operator knows of a booking", () => {
  const search = async (q: string) => (await admin.post("/admin/bookings/search", { q })).location;

  it("leads to its purchase: a phone number, a record, a delivery, a service, the beginning of a name [F1]", async () => {
    const body = somebodys(7, ada);
    for (const who of [body._embedded.client, body._embedded.member]) who.mobile = "07700900123";
    const { deliveryId } = (await system.post("bookings", body)).body;
    await system.quiet();
    const [contact] = system.sandbox.salesforce.records("Contact");
    const [meeting] = system.sandbox.hubspot.records("meetings");
    const known = [
      "+44 7700 900123",
      contact?.id,
      `https://acme.my.salesforce.com/${contact?.id}`,
      meeting?.id,
      String(deliveryId),
    ];
    const words = ["lovel", "ada lov", String(firstBooking(body).service_name).slice(0, 5)];
    for (const one of [...known, ...words]) expect([one, await search(one ?? "")]).toEqual([one, "/admin/bookings/7"]);
  });

  it("is listed by its day, and by the CRM that it waits for, the longest first [F2]", async () => {
    await admin.post("/admin/pause", { crm: "hubspot", reason: "why", for: "1h" });
    for (const id of [7, 8]) await system.post("bookings", somebodys(id, ada));
    await eventually(async () => {
      const { html } = await admin.get("/admin/bookings?waiting=hubspot");
      expect([...html.matchAll(/scope="row"><a href="\/admin\/bookings\/(\d+)"/g)].map(([, id]) => id)).toEqual([
        "7",
        "8",
      ]);
    });
    expect((await admin.get("/admin")).html).toContain('href="/admin/bookings?waiting=hubspot"');
    const today = new Date().toISOString().slice(0, 10);
    expect((await admin.get(`/admin/bookings?day=${today}`)).html).toContain('href="/admin/bookings/7"');
    expect((await admin.get("/admin/bookings?day=2020-01-01")).text).toContain("No purchase is like that");
    await admin.post("/admin/resume", { crm: "hubspot" });
    await system.quiet();
  });

  it("is told by the clock where it takes place, and UTC beside [F2]", async () => {
    const at = (zone: string) =>
      somebodys(zone.length, ada, (booking) => {
        Object.assign(booking, { datetime: "2036-06-11T23:30:00+00:00", end_datetime: "2036-06-12T00:00:00+00:00" });
        booking.time_zone = zone;
      });
    for (const zone of ["Europe/Paris", "Not/AZone"]) await system.deliver("bookings", at(zone));
    expect((await admin.get("/admin/bookings/12")).text).toContain(
      "Thu 12 Jun 2036, 01:30 Europe/Paris (11 Jun, 23:30 UTC)",
    );
    expect((await admin.get("/admin/bookings/9")).text).toContain("Wed 11 Jun 2036, 23:30 UTC");
  });
});

describe("the versions of a mapping", () => {
  it("say what was in force, whom each wrote, and lead there from a pass [F3]", async () => {
    await system.deliver("bookings", somebodys(7, ada));
    await eventually(async () => {
      const { text, html } = await admin.get("/admin/mappings/history");
      expect(text).toMatch(/HubSpot mappings\/hubspot\.yaml ✓ In force since .* 1 purchase/);
      const [, version = ""] = /href="\/admin\/mappings\/history\/(\w+)"/.exec(html) ?? [];
      const page = await admin.get(`/admin/mappings/history/${version}`);
      expect(page.text).toMatch(/What changed It is the first that is known of this file\./);
      expect(page.html).toContain('href="/admin/bookings/7"');
      expect(page.text).toMatch(/This version is in force: take mappings\/\w+\.yaml back first/);
      expect(page.text).toContain(`--mapping-version ${version} --apply does it.`);
      expect((await admin.get("/admin/bookings/7")).html).toContain(`href="/admin/mappings/history/${version}"`);
    });
    expect((await admin.get("/admin/mappings/history/nothing")).status).toBe(404);
  });
});

describe("the overview", () => {
  it("says that all is well, or why a CRM is paused and what to do", async () => {
    expect((await admin.get("/admin")).text).toMatch(/Everything runs\..*Salesforce ✓ Healthy.*HubSpot ✓ Healthy/);
    const body = { category: "INVALID_AUTHENTICATION", message: "expired" };
    system.sandbox.faults.set([{ crm: "hubspot", action: { type: "status", status: 401, body } }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => {
      const { text } = await admin.get("/admin");
      expect(text).toMatch(/Overview ✕ Appointments are late or wrong in a CRM\. ✕ Paused HubSpot: the CRM refuses/);
      expect(text).toMatch(/HubSpot ✕ Paused The CRM refuses our credentials\..*renew the credentials/);
      expect(text).toMatch(/Salesforce ✓ Healthy/);
    });
    system.sandbox.faults.set([]);
    await system.quiet();
  });

  it("counts what was received and applied, and what of it failed", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver("updates", sample("purchase-created"));
    await system.deliver("bookings", somebodys(7, ada, tooLong));
    await system.post("bookings", "not JSON");
    await eventually(async () => {
      const { text } = await admin.get("/admin");
      expect(text).toMatch(/Applied [1-9].*Failed 1 /);
      expect(text).toMatch(/Failed 1 purchase Held none/);
      expect(text).toMatch(/Received [3-9].*Quarantined 1 /);
      expect(text).toMatch(/of 250,000 used by all integrations/);
      expect(text).toMatch(/mappings\/hubspot\.yaml/);
    });
  });

  it("says how many notifications of forgotten people were kept out, once there are any [S6]", async () => {
    expect((await admin.get("/admin")).text).not.toContain("Kept out");
    await system.redis.hset(system.keys.stats("receiver", "total"), "suppressed", 1);
    expect((await admin.get("/admin")).text).toMatch(/Kept out 1 notification of people who were forgotten\./);
  });
});

describe("the search", () => {
  it.each(["13477736", "11610441", "TEST@bookingbug.com", "gladden"])("leads to the purchase for %s", async (q) => {
    await system.deliver("bookings", sample("purchase-created"));
    const { status, location } = await admin.post("/admin/bookings/search", { q });
    expect([status, location]).toEqual([303, "/admin/bookings/11610441"]);
  });

  it("lists several, and says so when there is none", async () => {
    for (const id of [1, 2]) await system.deliver("bookings", somebodys(id, ada));
    expect((await admin.post("/admin/bookings/search", { q: "lovelace" })).text).toMatch(/2 found.*Ada Lovelace/);
    expect((await admin.post("/admin/bookings/search", { q: "nobody" })).text).toMatch(/Nothing found/);
  });
});

describe("what failed", () => {
  beforeEach(async () => {
    await Promise.all([1, 2].map((id) => system.post("bookings", somebodys(id, ada, tooLong))));
    await system.quiet();
  });

  it("is retried, one purchase at once", async () => {
    const cause = await causeOf("salesforce");
    const { text } = await admin.get(`/admin/failed/salesforce/${cause}`);
    expect(text).toMatch(/STRING_TOO_LONG.*2 purchases.*mappings\/salesforce\.yaml:\d+.*Purchase [12]/);
    const { location } = await admin.post("/admin/failed/retry", { crm: "salesforce", purchase: "1" });
    expect(location).toBe("/admin/failed?done=retried&count=1");
    await system.quiet();
    expect((await admin.get("/admin/bookings/1")).text).toMatch(/admin ran it again/);
    expect((await admin.get("/admin/failed")).text).toMatch(/Salesforce: 2 purchases/);
  });

  it("is dismissed with a reason, which the timeline keeps without addresses in it", async () => {
    const form = { crm: "salesforce", purchase: "2", reason: "agreed with ada@example.com" };
    expect((await admin.post("/admin/failed/dismiss", { ...form, reason: " " })).status).toBe(400);
    expect((await admin.get("/admin/failed")).text).toMatch(/2 purchases/);
    await admin.post("/admin/failed/dismiss", form);
    expect((await admin.get("/admin/failed")).text).toMatch(/1 purchase/);
    expect(await system.failures("salesforce")).toHaveLength(1);
    const { text } = await admin.get("/admin/bookings/2");
    expect(text).toMatch(/admin dismissed it \(Salesforce\) .*: agreed with ‹e-mail›/);
  });
});

describe("a choice", () => {
  it("is only taken among the candidates", async () => {
    for (const name of ["A", "B"]) system.sandbox.salesforce.seed("Contact", { LastName: name, Email: ada.email });
    const other = system.sandbox.salesforce.seed("Contact", { LastName: "C", Email: "c@example.com" });
    await system.deliver("bookings", somebodys(1, ada));
    const form = { crm: "salesforce", purchase: "1", section: "contact", record: other };
    expect((await admin.post("/admin/held/pick", form)).status).toBe(409);
    expect((await admin.post("/admin/held/pick", { ...form, crm: "nothing" })).status).toBe(404);
    const stamped = system.sandbox.salesforce.records("Contact").filter(({ values }) => values.BB_Id__c);
    expect(stamped).toEqual([]);
  });
});

describe("what was received", () => {
  it("is never taken for a part of the page", async () => {
    const hostile = { first: "<script>alert(1)</script>", last: '" onload="x', email: "x@example.com" };
    await system.deliver(
      "bookings",
      somebodys(1, hostile, (booking) => {
        booking.service_name = "<img src=x>";
      }),
    );
    await system.post("bookings", { "<b>id</b>": 1, _embedded: { bookings: "<b>" } });
    for (const path of ["/admin/bookings", "/admin/bookings/1", "/admin/quarantine", "/admin/mappings"]) {
      const { html } = await admin.get(path);
      expect(html).not.toMatch(/<script>|<img|<b>id|onload="x/);
    }
    const { html } = await admin.post("/admin/bookings/search", { q: '"><nobody>' });
    expect(html).toContain("&quot;&gt;&lt;nobody&gt;");
  });

  it("is in no view of the queues", async () => {
    const marked = { first: "Zaphodmark", last: "Beeblemark", email: "zaphod@mark.example" };
    await system.deliver("bookings", somebodys(1, marked));
    await system.deliver("bookings", somebodys(2, marked, tooLong));
    const views: string[] = [];
    for (const queue of ["sync-salesforce", "sync-hubspot"]) {
      for (const status of ["completed", "failed"]) {
        views.push((await admin.get(`/admin/queues/api/queues?activeQueue=${queue}&status=${status}`)).html);
      }
    }
    expect(views.join()).toContain("STRING_TOO_LONG");
    expect(views.join()).not.toMatch(/mark/i);
  });

  it("is masked unless it is known to be harmless", () => {
    const body = purchase((one) => Object.assign(one, { secret_number: 4711, long_id: "abc", custom: { x: "y" } }));
    const masked = maskPayload(body) as Record<string, unknown>;
    expect(masked).toMatchObject({ id: 11610441, secret_number: "‹number›", long_id: "‹text of 3›" });
    expect(masked.custom).toEqual({ x: "‹text of 1›" });
    expect(firstBooking(masked)).toMatchObject({ id: 13477736, datetime: "2017-03-10T11:30:00+00:00" });
    expect(JSON.stringify(masked)).not.toMatch(/Gladden|bookingbug\.com|12345678910/);
  });
});

describe("the CRM's id of a failed request", () => {
  it("is in the log at each try, and the newest is in the timeline and on the page", async () => {
    logged.length = 0;
    const down = (correlationId: string) => {
      const action = { type: "status" as const, status: 503, body: { message: "Down.", correlationId } };
      return { crm: "hubspot" as const, match: "batch", times: 1, action };
    };
    system.sandbox.faults.set([down("first-try"), down("second-try")]);
    await system.deliver("bookings", sample("purchase-created"));
    const tries = logged.flatMap((line) => (JSON.parse(line) as { requestIds?: string[] }).requestIds ?? []);
    expect(tries).toEqual(["first-try", "second-try"]);
    const { text } = await admin.get("/admin/bookings/11610441");
    expect(text).toMatch(/Trying again HubSpot .* 2 times .*HubSpot's id of the request: second-try/);
    expect(text).not.toContain("first-try");
  });
});

it("a delivery that somebody else saw to meanwhile is said to be gone, and where to look", async () => {
  for (const what of ["discard", "read-again"]) {
    const { status, text } = await admin.post(`/admin/quarantine/${what}`, { delivery: "gone", reason: "of no use" });
    expect(status).toBe(404);
    expect(text).toMatch(
      /no longer in quarantine: it was read, discarded or dropped meanwhile\. What is there is under/,
    );
  }
});

describe("each action", () => {
  const HELD = "/admin/held/salesforce/11610441";

  it("leaves a line in the log that says who did what, without personal data", async () => {
    logged.length = 0;
    await system.deliver("bookings", somebodys(1, ada, tooLong));
    await system.post("bookings", "not JSON");
    const [, delivery = ""] = /quarantine\/([\w-]+)\/download/.exec((await admin.get("/admin/quarantine")).html) ?? [];
    await admin.post("/admin/bookings/1/run-again");
    await admin.post("/admin/bookings/1/payload");
    await admin.post("/admin/failed/retry", { crm: "salesforce" });
    await admin.post("/admin/failed/dismiss", { crm: "salesforce", purchase: "1", reason: "told ada@example.com" });
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const [, hold = ""] = /name="hold" value="([^"]+)"/.exec((await admin.get(HELD)).html) ?? [];
    const held = { crm: "salesforce", purchase: "11610441", booking: "13477736" };
    await admin.post("/admin/held/decide", { ...held, hold, verdict: "active" });
    await admin.post("/admin/held/take-back", held);
    await admin.get(`/admin/quarantine/${delivery}/download`);
    await admin.post("/admin/quarantine/discard", { delivery, reason: "of no use" });
    const again = await system.post("bookings", "not JSON");
    await admin.post("/admin/quarantine/read-again", { delivery: String(again.body.deliveryId) });
    await system.quiet();
    const lines = logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "admin action");
    expect(lines.map(({ user, what }) => `${user}: ${what}`)).toEqual([
      "admin: run_again",
      "admin: show_payload",
      "admin: retry",
      "admin: dismiss",
      "admin: decide",
      "admin: take_back",
      "admin: download_quarantined",
      "admin: discard_quarantined",
      "admin: read_quarantined_again",
    ]);
    expect(logged.join("")).not.toMatch(/lovelace|ada@example/i);
  });
});

describe("a link", () => {
  it("cannot put words of its own on a page", async () => {
    expect((await admin.get("/admin/failed?done=Pay%20now&count=1")).text).not.toMatch(/Pay now/);
    expect((await admin.get("/admin/failed?done=toString&count=1")).status).toBe(200);
    expect((await admin.get("/admin/failed?done=retried&count=3")).text).toMatch(/3 purchases queued again/);
  });

  it("that leads to nothing says what to do next", async () => {
    for (const path of ["/admin/bookings/404", "/admin/held/none/1", "/admin/mappings?file=..%2F..%2Fetc%2Fpasswd"]) {
      const { status, text } = await admin.get(path);
      expect(status).toBe(404);
      expect(text).toMatch(/That does not work/);
    }
  });
});
