/** Alerts, to a real HTTP listener in the place of a chat. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Channel } from "../../src/alerts/channel.ts";
import { createMonitor, type Monitor } from "../../src/alerts/monitor.ts";
import { createOutlets } from "../../src/alerts/outlets.ts";
import { createWebhook } from "../../src/alerts/webhook.ts";
import { createDriftStore } from "../../src/drift/store.ts";
import { createAnnounced } from "../../src/health/announced.ts";
import { gatherFacts } from "../../src/health/facts.ts";
import { createQuarantine } from "../../src/inbox/quarantine.ts";
import { createHistory } from "../../src/reconcile/history.ts";
import { bucketKey, FINE, startOf } from "../../src/stats/buckets.ts";
import { createCounters } from "../../src/stats/counters.ts";
import { createProcesses } from "../../src/stats/processes.ts";
import { createSchemaSeen } from "../../src/stats/schema-seen.ts";
import { createStatistics } from "../../src/stats/statistics.ts";
import { createGate } from "../../src/sync/gate.ts";
import { createFailedList } from "../../src/synclog/failed.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { aDrifted } from "../drift/drifted.ts";
import { aSchemaLook } from "../operate/schema-looks.ts";
import { aWalk } from "../reconcile/walks.ts";
import { createAdminClient } from "../support/admin.ts";
import { ADMIN, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let chat: Server;
let channel: Channel;
let posts: string[] = [];
/** What the chat answers with, one after the other; 200 when nothing is left. */
let statuses: number[] = [];
let logged: string[] = [];

beforeAll(async () => {
  system = await startSystem();
  chat = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      posts.push(body);
      response.writeHead(statuses.shift() ?? 200).end("ok");
    });
  });
  await new Promise<void>((resolve) => chat.listen(0, "127.0.0.1", resolve));
  channel = createWebhook(`http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook`, 5);
});
beforeEach(async () => {
  await system.reset();
  [posts, statuses, logged] = [[], [], []];
});
afterAll(async () => {
  await system.stop();
  chat.close();
});

const driftOf = (crm: string) => createDriftStore({ redis: system.redis, keys: system.keys, crm, retentionDays: 30 });

/** As one process has it. */
function monitor(
  options: {
    lagSeconds?: number;
    silenceHours?: number;
    names?: readonly string[];
    channels?: readonly Channel[];
    dashboardUrl?: string;
    /** What happens once the facts are gathered. */
    seen?: () => Promise<void>;
  } = {},
): Monitor {
  const { redis, keys } = system;
  const { names = ["salesforce", "hubspot"] } = options;
  const crms = names.flatMap((crm) => {
    const queue = system.queues[crm];
    if (queue === undefined) return [];
    const gate = createGate(redis, keys, crm, queue);
    return [{ crm, queue, gate, dailyReserve: 100, drift: { store: driftOf(crm) } }];
  });
  const note = (_detail: object, message: string): void => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };
  const walks = createHistory({ redis, keys, retentionDays: 30 });
  const syncLog = createSyncLog({ redis, keys, crms: names, retentionDays: 30 });
  return createMonitor({
    syncLog,
    announced: createAnnounced({ redis, keys }),
    statistics: createStatistics({ redis, keys }),
    facts: async () => {
      const facts = await gatherFacts({
        redis,
        keys,
        crms,
        statistics: createStatistics({ redis, keys }),
        syncLog,
        quarantine: createQuarantine({ redis, keys, retentionDays: 30 }),
        processes: createProcesses({ redis, keys }),
        walks,
        schemas: createSchemaSeen({ redis, keys }),
        plan: { every: "night", companies: undefined },
      });
      await options.seen?.();
      return facts;
    },
    limits: { lagSeconds: options.lagSeconds ?? 300, silenceHours: options.silenceHours },
    walks,
    counters: createCounters({ redis, keys, onError: () => {} }),
    log,
    outlets: createOutlets(options.channels ?? [channel], log),
    dashboardUrl: options.dashboardUrl,
  });
}

const texts = () => posts.map((post) => (JSON.parse(post) as { text: string }).text);
const refused = (id: number) =>
  purchase((body) => {
    body.id = id;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id, time_zone: "x".repeat(65) });
  });

/** Lists purchases as they are when a pass of theirs has failed, without the passes. */
async function listFailed(from: number, to: number): Promise<void> {
  const words = { words: "No", nextStep: "Next: see.", sentence: "booking 1: LIMIT: No. Next: see." };
  const failure = { object: "Event", kind: "validation", code: "LIMIT", fields: [], heals: false, ...words };
  const list = createFailedList({ ...system, retentionSeconds: 86_400 });
  for (let id = from; id <= to; id += 1) {
    await list.list("salesforce", { purchaseId: `${id}`, jobId: `job-${id}`, failures: [failure] });
  }
}

describe("an alert", () => {
  it("is said once for a cause, whoever looks and however many purchases fail of it, and once when it is over", async () => {
    await system.deliver("bookings", refused(1));
    await system.deliver("bookings", refused(2));
    const processes = [monitor(), monitor(), monitor()];
    await Promise.all(processes.map((one) => one.look()));
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(1));
    expect(texts()[0]).toMatch(/^salesforce: failed, STRING_TOO_LONG · Event · BB_Time_Zone__c\n/);
    expect(texts()[0]).toMatch(
      /\n2 purchases of \d customers? so far\. .*\nSee \/admin\/failed\/salesforce\/\S+ of the dashboard$/s,
    );
    expect(texts()[0]).toMatch(/mappings\/salesforce\.yaml:\d+ .*Next: correct the data/s);
    expect(logged).toHaveLength(1);

    for (const id of [1, 2]) {
      await system.deliver(
        "updates",
        purchase((body) => {
          body.id = id;
          Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
        }),
      );
    }
    await Promise.all(processes.map((one) => one.look()));
    await eventually(() => expect(posts).toHaveLength(2));
    expect(texts()[1]).toMatch(/^Over: salesforce: failed, STRING_TOO_LONG .* \(since .*Z\)$/);
  });

  it.each(["begins", "is over"])("is said once where it %s while another process looks [Y4]", async (how) => {
    const drift = driftOf("salesforce");
    const deleted = aDrifted({ id: "2", kind: "deleted" });
    if (how === "is over") {
      await drift.keep(deleted);
      await monitor().look();
    }
    const seen = async (): Promise<void> => {
      await (how === "begins" ? drift.keep(deleted) : drift.drop([deleted]));
      await monitor().look();
    };
    await monitor({ seen }).look();
    await monitor().look();
    const told = "salesforce: records were deleted in the CRM";
    expect(logged.map((line) => line.replace(/(CRM)\W.*$/s, "$1"))).toEqual(
      how === "begins" ? [told] : [told, `Over: ${told}`],
    );
  });

  it("of what changed in a CRM is said once with the mapping's line, and once when it is over [Q16]", async () => {
    const schemas = createSchemaSeen(system);
    await schemas.note("salesforce", aSchemaLook(), {});
    const processes = [monitor(), monitor()];
    await Promise.all(processes.map((one) => one.look()));
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(1));
    expect(texts()[0]).toMatch(/^salesforce: Event\.BB_Service__c became shorter\n255 characters → 40 characters\. /);
    expect(texts()[0]).toMatch(/salesforce\.yaml:62\. Next: cut it\.\nSee \/admin\/mappings\/schema#crm-salesforce of/);
    await schemas.note("salesforce", aSchemaLook({ issues: [] }), {});
    await Promise.all(processes.map((one) => one.look()));
    await eventually(() => expect(posts).toHaveLength(2));
    expect(texts()[1]).toMatch(/^Over: salesforce: Event\.BB_Service__c became shorter \(since/);
  });

  it("of what was deleted in a CRM, or waits for a decision, is said once with how many, and of edits never [Q15]", async () => {
    const drift = driftOf("salesforce");
    await drift.keep(aDrifted({ id: "1", fields: [{ field: "LastName" }] }));
    const processes = [monitor(), monitor()];
    for (const one of processes) await one.look();
    for (const id of ["2", "3"]) await drift.keep(aDrifted({ id, kind: "deleted" }));
    await drift.keep(aDrifted({ id: "4", fields: [{ field: "LastName", asks: "hold" }] }));
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(1));
    expect(texts()[0]).toMatch(
      /^salesforce: records were deleted in the CRM\n2 records that were written are no longer there\. Next: .*\nSee \/admin\/drift\?crm=salesforce&amp;list=deleted#records of/,
    );
    expect(texts()[0]).toMatch(
      /salesforce: edits in the CRM wait for a decision\n1 record has an edit .*list=ask#records/s,
    );
    await drift.drop(["2", "3", "4"].map((id) => ({ object: "contacts", id })));
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(2));
    for (const over of ["records were deleted in the CRM", "edits in the CRM wait for a decision"])
      expect(texts()[1]).toContain(`Over: salesforce: ${over} (since`);
  });

  it("of a cause that grows beyond a share of the last hour is said once more with both figures, by one process [Y3]", async () => {
    await listFailed(1, 1);
    const processes = [monitor(), monitor()];
    for (const one of processes) await one.look();
    await listFailed(2, 10);
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(1));
    // Much else is well: what is added is a small share of it.
    const { redis, keys } = system;
    const bucket = bucketKey(keys, "salesforce", FINE, startOf(FINE, Date.now()));
    await redis.hincrby(bucket, "applied", 1_000);
    await listFailed(11, 11);
    for (const one of processes) await one.look();
    expect(posts).toHaveLength(1);
    await redis.hincrby(bucket, "applied", -1_000);
    await Promise.all(processes.map((one) => one.look()));
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(2));
    expect(texts()[1]).toMatch(
      /^Grows: salesforce: failed, .*\nIt was told with 1 purchase\. 11 purchases of \d+ customers? so far\. /,
    );
    await listFailed(12, 25);
    for (const one of processes) await one.look();
    expect(logged).toHaveLength(2);
  });

  it("that somebody acknowledged stays quiet however it grows, until it is over, and the trail says who [Y4]", async () => {
    const admin = createAdminClient(system);
    await listFailed(1, 1);
    const one = monitor();
    await one.look();
    const [, alert = ""] = /name="alert" value="([^"]+)"/.exec((await admin.get("/admin")).html) ?? [];
    expect(alert).toMatch(/^cause:salesforce:/);
    const { location } = await admin.post("/admin/alerts/acknowledge", { alert });
    expect((await admin.get(location ?? "")).text).toMatch(/Acknowledged\. Nobody is told of it again/);
    expect((await admin.get("/admin")).text).toMatch(/told just now \. Acknowledged by admin , just now/);
    await listFailed(2, 15);
    await one.look();
    expect(logged).toHaveLength(1);
    expect((await admin.get("/admin/audit")).text).toMatch(/Acknowledged an alert/);
    expect((await admin.post("/admin/alerts/acknowledge", { alert: "cause:hubspot:none" })).status).toBe(409);

    const { redis, keys } = system;
    for (const key of [keys.failed, keys.failedByTime, keys.causes, keys.failedByCause])
      await redis.del(key("salesforce"));
    await one.look();
    expect((await admin.get("/admin")).text).not.toContain("Acknowledged by");
    await listFailed(30, 30);
    await one.look();
    await listFailed(31, 42);
    await one.look();
    expect(logged.filter((line) => line.startsWith("Grows:"))).toHaveLength(1);
    expect(await redis.hlen(keys.alertNotes)).toBe(1);
  });

  it("of a walk that found what never came names the hours, is said once, and not again when none is found [Q13]", async () => {
    const { redis, keys } = system;
    const walks = createHistory({ redis, keys, retentionDays: 30 });
    const night = aWalk({
      counts: { ...aWalk().counts, repaired: 4, notReadable: 1 },
      neverCame: [
        { hour: "2026-11-26T02:00:00.000Z", count: 4, why: ["down"] },
        { hour: "2026-11-26T03:00:00.000Z", count: 1, why: ["never_posted"] },
      ],
    });
    await walks.note(night);
    const processes = [monitor(), monitor()];
    await Promise.all(processes.map((one) => one.look()));
    await walks.note(aWalk({ endedAt: new Date(Date.parse(night.endedAt) + 1_000).toISOString() }));
    for (const one of processes) await one.look();
    await redis.del(keys.walks);
    for (const one of processes) await one.look();
    await system.deliver("bookings", refused(1));
    for (const one of processes) await one.look();
    await eventually(() => expect(posts).toHaveLength(2));
    expect(texts()[0]).toMatch(/^bookingbug: 5 notifications never came\n/);
    expect(texts()[0]).toContain("2026-11-26 02:00 UTC (4), 2026-11-26 03:00 UTC (1). 4 read back, 1 could not be.");
    expect(texts()[1]).toMatch(/^salesforce: failed/);
  });

  it("gathers what comes at one moment in one message", async () => {
    system.sandbox.salesforce.seed("Contact", { LastName: "Twin 1", Email: "test@bookingbug.com" });
    system.sandbox.salesforce.seed("Contact", { LastName: "Twin 2", Email: "test@bookingbug.com" });
    await system.deliver("bookings", sample("purchase-created"));
    await system.queues.hubspot?.pause();
    await monitor().look();
    await eventually(() => expect(posts).toHaveLength(1));
    expect(texts()[0]).toMatch(
      /salesforce: waits for a person, several CRM records match one person\n.*2 Contact records match/,
    );
    expect(texts()[0]).toMatch(/hubspot: the queue is paused\n/);
    await system.queues.hubspot?.resume();
  });

  it("tells of refused credentials, and that they are accepted again", async () => {
    const action = { type: "status" as const, status: 401, body: { category: "INVALID_AUTHENTICATION" } };
    system.sandbox.faults.set([{ crm: "hubspot", action }]);
    await system.post("bookings", sample("purchase-created"));
    const one = monitor();
    await eventually(async () => {
      await one.look();
      expect(texts()[0]).toMatch(
        /^hubspot: the CRM refuses our credentials, its queue is paused\n.*renew the credentials/,
      );
    });
    system.sandbox.faults.set([]);
    await eventually(async () => {
      await one.look();
      expect(texts().at(-1)).toMatch(/^Over: hubspot: the CRM refuses our credentials/);
    });
  });

  it("tells of refused sign-ins to the notification URLs, once, and when they are over [S4]", async () => {
    const one = monitor();
    for (const password of ["mistyped", "bookingbug-secret ", ""]) {
      const authorization = basic({ username: "bookingbug", password });
      const options = { method: "POST", headers: { authorization }, body: "{}" };
      expect((await fetch(`${system.url}/notifications/bookings`, options)).status).toBe(401);
    }
    await eventually(async () => {
      await one.look();
      expect(texts()).toEqual([
        expect.stringMatching(
          /^bookingbug: sign-ins to the notification URLs are refused\n.* from .*127\.0\.0\.1\..*Next: /,
        ),
      ]);
    });
    expect(texts().join()).not.toContain("mistyped");
    const { redis, keys } = system;
    await redis.hset(keys.refused, "at", new Date(Date.now() - 16 * 60_000).toISOString());
    await one.look();
    await eventually(() => expect(texts().at(-1)).toMatch(/^Over: bookingbug: sign-ins to/));
    await eventually(async () => {
      const metrics = await fetch(`${system.url}/metrics`, { headers: { authorization: basic(ADMIN) } });
      expect(await metrics.text()).toMatch(/^crm_sync_notifications_refused_total(\{\})? 3$/m);
    });
  });

  it("tells that nothing was heard for long, where that is asked for, until something is", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const { redis, keys } = system;
    await redis.zadd(keys.recent, Date.now() - 7 * 3_600_000, "11610441");
    await monitor().look();
    const one = monitor({ silenceHours: 6 });
    await one.look();
    await eventually(() =>
      expect(texts()).toEqual([expect.stringMatching(/^bookingbug: no notification for more than 6 h/)]),
    );
    await system.deliver("updates", sample("purchase-created"));
    await one.look();
    await eventually(() => expect(texts().at(-1)).toMatch(/^Over: bookingbug: no notification/));
  });

  it("tells of notifications that wait too long, until they wait much less", async () => {
    const { redis, keys } = system;
    const waited = (seconds: number) => redis.zadd(keys.pending("hubspot"), Date.now() - seconds * 1000, "waiting");
    const one = monitor({ lagSeconds: 100 });
    for (const seconds of [90, 110, 90, 110]) {
      await waited(seconds);
      await one.look();
    }
    await eventually(() =>
      expect(texts()).toEqual([expect.stringMatching(/^hubspot: notifications wait for more than 100 s/)]),
    );
    await waited(40);
    await one.look();
    await eventually(() => expect(texts().at(-1)).toMatch(/^Over: hubspot: notifications wait/));
    await redis.del(keys.pending("hubspot"));
  });

  it("tells that the day's calls are nearly spent, the reserve counted in, and believes no report of yesterday", async () => {
    const { redis, keys } = system;
    const report = (remaining: number, at = new Date()) =>
      redis.hset(keys.limits("salesforce"), "daily", JSON.stringify({ limit: 1_000, remaining, at: at.toISOString() }));
    const one = monitor();
    await report(205);
    await one.look();
    await report(190, new Date(Date.now() - 2 * 3_600_000));
    await one.look();
    expect(posts).toEqual([]);
    await report(195);
    await one.look();
    await eventually(() =>
      expect(texts()).toEqual([
        expect.stringMatching(/^salesforce: the day's CRM calls are nearly spent\n195 of 1000 are left, 100 of/),
      ]),
    );
  });

  it("of a CRM that a process does not know is not over because of that", async () => {
    await system.deliver("bookings", refused(1));
    await monitor().look();
    await monitor({ names: ["hubspot"] }).look();
    await monitor().look();
    await eventually(() => expect(posts).toHaveLength(1));
    expect(logged).toHaveLength(1);
  });

  it("of a CRM that no process has had for an hour is no longer looked at, and said so once [Y4]", async () => {
    const { redis, keys } = system;
    const processes = createProcesses({ redis, keys });
    const note = (id: string, hoursAgo: number, crms: readonly string[] | undefined) => {
      const at = Date.now() - hoursAgo * 3_600_000;
      return redis.hset(keys.processes, id, JSON.stringify({ kind: "worker", since: at, at, rejected: 0, crms }));
    };
    await system.deliver("bookings", refused(1));
    await monitor().look();
    await processes.beat("without", { kind: "worker", rejected: 0, crms: ["hubspot"] });
    const looks = () => Promise.all([1, 2].map(() => monitor({ names: ["hubspot"] }).look()));
    for (const crms of [["hubspot", "salesforce"], undefined]) {
      await note("with", 0.9, crms);
      await looks();
      expect(await redis.hlen(keys.alerts)).toBe(1);
    }
    await note("with", 1.1, ["hubspot", "salesforce"]);
    await looks();
    expect(await redis.hlen(keys.alerts)).toBe(0);
    await eventually(() => expect(posts).toHaveLength(2));
    expect(texts()[1]).toMatch(/^No longer looked at: salesforce: .*\. No process has salesforce in CRM$/);
  });

  it("leads to the page about it, where the dashboard's address is said [Y1]", async () => {
    await system.deliver("bookings", refused(1));
    await monitor({ dashboardUrl: system.url }).look();
    await eventually(() => expect(posts).toHaveLength(1));
    const [, link = ""] = /\n(http\S+)$/.exec(texts()[0] ?? "") ?? [];
    const page = await fetch(link, { headers: { authorization: basic(ADMIN) } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("STRING_TOO_LONG");
  });

  it("goes to the log where no webhook is set", async () => {
    await system.deliver("bookings", refused(1));
    await monitor({ channels: [] }).look();
    expect(logged).toEqual([expect.stringMatching(/STRING_TOO_LONG/)]);
    expect(posts).toEqual([]);
  });
});

describe("the webhook", () => {
  it("is tried again where that can help, a few times", async () => {
    statuses = [503, 429];
    await channel.send({ notices: [{ title: "a < b & c" }] });
    expect(texts()).toEqual(Array(3).fill("a &lt; b &amp; c"));
  });

  it.each([
    [[503, 503, 503, 503], 3],
    [[404, 404], 1],
  ])("that answers %j is given up after %i tries, without its URL in the words", async (answers, tries) => {
    statuses = [...answers];
    await expect(channel.send({ notices: [{ title: "text" }] })).rejects.toThrow(
      /^An alert was not taken: HTTP status \d+\. Next: check ALERT_WEBHOOK_URL\.$/,
    );
    expect(posts).toHaveLength(tries);
  });

  it("that is not there holds nobody up, and the log says so", async () => {
    await system.deliver("bookings", refused(1));
    await monitor({ channels: [createWebhook("http://127.0.0.1:1/hook", 1)] }).look();
    await eventually(() => expect(logged).toContain("an alert could not be sent"));
  });
});

describe("an alert of the service's own health [V7]", () => {
  const noted = (at: number, rejected = 0) =>
    system.redis.hset(
      system.keys.processes,
      "a-worker",
      JSON.stringify({ kind: "worker", since: at - 1_000, at, rejected }),
    );

  it("is said once of no worker, and over once one is there", async () => {
    await noted(Date.now() - 60_000);
    const processes = [monitor(), monitor()];
    for (const one of processes) await one.look();
    await eventually(() => expect(texts()).toEqual([expect.stringMatching(/^service: no worker runs\n.*Next: start/)]));
    await noted(Date.now());
    for (const one of processes) await one.look();
    await eventually(() => expect(texts().slice(1)).toEqual([expect.stringMatching(/^Over: service: no worker runs/)]));
  });

  it("is said of a refused mapping until it is in order, and not of a process that is gone", async () => {
    const one = monitor();
    await noted(Date.now(), 2);
    await one.look();
    await eventually(() => expect(texts()).toEqual([expect.stringMatching(/a changed mapping is refused\nIt has 2/)]));
    await noted(Date.now());
    await one.look();
    await eventually(() => expect(texts().at(-1)).toMatch(/^Over: service: a changed mapping/));
  });

  it("is said of passes that fail, and of a quarantine that grows, until both are well over", async () => {
    await noted(Date.now());
    const { redis, keys } = system;
    const counters = createCounters({ redis, keys, onError: () => {} });
    for (let index = 0; index < 5; index += 1) {
      counters.pass("hubspot", "failed");
      await system.post("bookings", "no JSON");
    }
    await counters.flush();
    const one = monitor();
    await eventually(async () => {
      await one.look();
      expect(texts().join("\n")).toMatch(/hubspot: most passes fail\n/);
      expect(texts().join("\n")).toMatch(/bookingbug: the quarantine grows\n/);
    });
    for (let index = 0; index < 10; index += 1) counters.pass("hubspot", "ended");
    await counters.flush();
    await one.look();
    expect(texts().join("\n")).not.toContain("Over:");
    for (let index = 0; index < 10; index += 1) counters.pass("hubspot", "ended");
    await counters.flush();
    await redis.del(keys.quarantine, keys.quarantineByTime);
    await one.look();
    await eventually(() => expect(texts().join("\n")).toMatch(/Over: hubspot: most passes fail/));
    expect(texts().join("\n")).toMatch(/Over: bookingbug: the quarantine grows/);
  });
});
