/**
 * Personal data stays where it belongs. Notifications full of marked personal data go through a real process with every
 * line of its log, through success and every kind of failure in both CRMs, whose own words quote what they were sent; then
 * no mark is found in the log, the metrics, the alerts, the queues' jobs or a key's name.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import type { FaultAction } from "../../sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { createQueue } from "../../src/inbox/queues.ts";
import { createKeys, DEFAULT_PREFIX } from "../../src/redis/keys.ts";
import { createSyncLog, type SyncLog } from "../../src/synclog/sync-log.ts";
import { endsWithUs } from "../support/children.ts";
import { ADMIN, BOOKINGBUG, basic, testEnvironment } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, sample } from "../support/payloads.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const CRMS = ["salesforce", "hubspot"] as const;
const MARK = /qzmarked/i;
const NUMBER = /7700 ?900 ?461/;

/** Every personal value a notification can carry; what a CRM is sent of them, it quotes. */
const MARKED = {
  first_name: "Qzmarkedfirst Qzmarkedmiddle",
  last_name: "Qzmarkedlast",
  address1: "1 Qzmarkedstreet",
  address2: "Qzmarkeddistrict",
  address3: "Qzmarkedtown",
  address4: "Qzmarkedcounty",
  address5: "Qzmarkedregion",
  postcode: "Qzmarkedpost 1BC",
  country: "Qzmarkedland",
  mobile: "07700900461",
  phone: "07700 900 461",
  reference: "Qzmarkedreference",
};

let server: TestRedis;
let redis: Redis;
let sandbox: Sandbox;
let syncLog: SyncLog;
let chat: Server;
let child: ChildProcess;
let url = "";
let output = "";
let alerts = "";

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  sandbox = await startSandbox();
  syncLog = createSyncLog({ redis, keys: createKeys(), crms: CRMS, retentionDays: 30 });
  chat = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => {
      alerts += chunk.toString("utf8");
    });
    request.on("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => chat.listen(0, "127.0.0.1", resolve));
  child = endsWithUs(
    spawn(process.execPath, ["src/start.ts"], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        ...testEnvironment(server.url, sandbox.url),
        CRM: CRMS.join(","),
        LOG_LEVEL: "trace",
        CRM_TIMEOUT_MS: "400",
        JOB_ATTEMPTS: "2",
        JOB_BACKOFF_MS: "20",
        PROBE_MS: "100",
        ALERT_WEBHOOK_URL: `http://127.0.0.1:${(chat.address() as AddressInfo).port}/`,
      },
    }),
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  await eventually(() => {
    const port = /"port":(\d+).*receiving notifications/.exec(output)?.[1];
    expect(port).toBeDefined();
    url = `http://127.0.0.1:${port}`;
  });
});

afterAll(async () => {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  redis.disconnect();
  await sandbox.close();
  await server.stop();
  chat.close();
});

/** A purchase of a person of its own. */
function marked(id: number): Json {
  const body = sample("purchase-created");
  const person = {
    ...MARKED,
    email: `qzmarkedmail${id}@qzmarkedhost.example`,
    id: 5_000 + id,
    name: "Qzmarkedfirst Qzmarkedlast",
  };
  const answer = (value: string) => ({
    value,
    question_text: "Anything we should know?",
    _embedded: { question: { name: "Anything we should know?" } },
  });
  body.id = id;
  body.client_name = person.name;
  Object.assign(body._embedded.client, person, { answers: [answer("Qzmarkedclientanswer")] });
  Object.assign(body._embedded.member, person);
  Object.assign(firstBooking(body), {
    ...{ id: id * 10, purchase_id: id, notes: { 1: "Qzmarkednote" }, client_name: person.name, email: person.email },
    ...{
      first_name: person.first_name,
      last_name: person.last_name,
      long_id: "Qzmarkedlongid",
      purchase_ref: "Qzmarkedref",
    },
  });
  firstBooking(body)._embedded = { answers: [answer("Qzmarkedanswer to a question"), answer("Qzmarkedsecond answer")] };
  return body;
}

async function post(body: unknown): Promise<Json> {
  const response = await fetch(`${url}/notifications/bookings`, {
    method: "POST",
    headers: {
      authorization: basic(BOOKINGBUG),
      "content-type": "application/json",
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return await response.json();
}

/** CRMs quote what they were sent, whole or in part, in quotation marks or bare. */
function words(id: number): string {
  return (
    `Value "${MARKED.first_name}" of Qzmarkedlast is not valid: qzmarkedmail${id}@qzmarkedhost.example, +447700900461, 07700900461. ` +
    "Description is too long: Anything we should know?: Qzmarkedanswer to a question (limit 10); 'Qzmarkedclientanswer', '1 Qzmarkedstreet, Qzmarkeddistrict'"
  );
}

function refusals(id: number, salesforce: { errorCode: string; status: number }, hubspot: Json): void {
  const { errorCode, status } = salesforce;
  const headers = { "retry-after": "1" };
  const fault = { message: words(id), errorCode, fields: [] };
  sandbox.faults.set([
    { crm: "salesforce", match: "composite", action: { type: "status", status, headers, body: [fault] } },
    {
      crm: "hubspot",
      match: "batch",
      action: { type: "status", status: hubspot.status, headers, body: { message: words(id), ...hubspot } },
    },
  ]);
}

/** The purchase has been tried in both CRMs, and each has answered as expected. */
async function tried(id: number, outcome: RegExp): Promise<void> {
  await eventually(async () => {
    const entries = await syncLog.timeline(String(id));
    for (const crm of CRMS) {
      const last = entries.findLast((entry) => entry.crm === crm);
      expect(last?.kind === "pass" && last.outcome).toMatch(outcome);
    }
  });
}

const failures: [string, { errorCode: string; status: number }, Json][] = [
  ["rejected", { errorCode: "INVALID_EMAIL_ADDRESS", status: 400 }, { status: 400, category: "VALIDATION_ERROR" }],
  ["duplicate", { errorCode: "DUPLICATES_DETECTED", status: 400 }, { status: 409, category: "CONFLICT" }],
  ["misconfigured", { errorCode: "INVALID_FIELD", status: 400 }, { status: 400, category: "PROPERTY_DOESNT_EXIST" }],
  ["an outage", { errorCode: "SERVER_UNAVAILABLE", status: 503 }, { status: 503, category: "X" }],
  ["an error nobody documented", { errorCode: "QUITE_NEW", status: 400 }, { status: 418, category: "QUITE_NEW" }],
];

afterEach(() => sandbox.faults.set([]));

/** What the log says with this text in the line. */
const said = (text: string) =>
  output
    .split("\n")
    .filter((line) => line.includes(text) && line.endsWith("}"))
    .map((line) => String((JSON.parse(line) as Json).msg).split(":")[0]);

describe("a delivery's id", () => {
  it("is in every line of its life, from the answer to each CRM's last pass", async () => {
    refusals(2, { errorCode: "SERVER_UNAVAILABLE", status: 503 }, { status: 503, category: "X" });
    const { deliveryId } = await post(marked(2));
    await tried(2, /failed/);
    // The log comes by another way than what we have just seen in Redis.
    await eventually(() =>
      // How often each fails depends on when the CRM answers somebody else.
      expect([...new Set(said(deliveryId))].toSorted()).toEqual([
        "booking 20, hubspot contacts (contact)",
        "booking 20, salesforce Contact (contact)",
        "notification stored",
      ]),
    );
    sandbox.faults.set([]);
    const again = await post(marked(2));
    await tried(2, /applied/);
    await eventually(() =>
      expect(said(again.deliveryId).filter((msg) => /up to date/.test(msg ?? ""))).toHaveLength(2),
    );
    await eventually(() => expect(said(deliveryId).filter((msg) => /up to date/.test(msg ?? ""))).toHaveLength(2));
  });
});

describe("personal data", () => {
  it("is written to both CRMs", async () => {
    await post(marked(1));
    await tried(1, /applied/);
    expect(JSON.stringify(sandbox.salesforce.records("Event"))).toMatch(/Qzmarkedanswer/);
    expect(JSON.stringify(sandbox.hubspot.records("contacts"))).toMatch(/qzmarkedmail1/);
  });

  it.each(failures)("goes through %s", async (what, salesforce, hubspot) => {
    const id = 10 + failures.findIndex(([name]) => name === what);
    refusals(id, salesforce, hubspot);
    await post(marked(id));
    await tried(id, /failed/);
    sandbox.faults.set([]);
  });

  it("goes through the refusal of an appointment, with all its answers", async () => {
    const body = [{ message: words(1), errorCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", fields: [] }];
    const envelope = { message: words(1), category: "VALIDATION_ERROR" };
    sandbox.faults.set([
      { crm: "salesforce", match: "composite", action: { type: "status", status: 400, body } },
      { crm: "hubspot", match: "meetings", action: { type: "status", status: 400, body: envelope } },
    ]);
    const moved = marked(1);
    Object.assign(firstBooking(moved), { datetime: "2036-01-01T10:00:00Z", end_datetime: "2036-01-01T11:00:00Z" });
    await post(moved);
    await tried(1, /failed/);
    await eventually(() => expect(said("booking 10, ")).toContain("booking 10, hubspot meetings (appointment)"));
    sandbox.faults.set([]);
  });

  it("goes through refused credentials and limits", async () => {
    for (const [id, status, code] of [
      [20, 401, "INVALID_SESSION_ID"],
      [21, 429, "REQUEST_LIMIT_EXCEEDED"],
    ] as const) {
      refusals(id, { errorCode: code, status }, { status, category: "INVALID_AUTHENTICATION" });
      await post(marked(id));
      await tried(id, /retrying/);
      sandbox.faults.set([]);
      await tried(id, /applied/);
    }
  });

  it("goes through silence and broken connections", async () => {
    const actions: FaultAction[] = [
      { type: "timeout", after: false },
      { type: "reset", after: false },
    ];
    for (const [index, action] of actions.entries()) {
      sandbox.faults.set([{ times: 8, action }]);
      await post(marked(30 + index));
      await tried(30 + index, /applied|failed/);
    }
    sandbox.faults.set([]);
  });

  it("goes through several matches", async () => {
    for (const n of [1, 2]) {
      sandbox.salesforce.seed("Contact", {
        LastName: `Qzmarkedtwin ${n}`,
        Email: "qzmarkedmail40@qzmarkedhost.example",
      });
    }
    await post(marked(40));
    await eventually(async () =>
      expect(await syncLog.status("salesforce", ["40"])).toMatchObject(new Map([["40", { status: "failed" }]])),
    );
  });

  it("goes through the quarantine", async () => {
    for (const body of [
      '{"id": 1, "first_name": "Qzmarkedfirst" oops Qzmarkedlast}',
      '{"email": "qzmarkedmail@qzmarkedhost.example", "a": "Qzmarkedunfinished',
      { Qzmarkedkey: "Qzmarkedvalue", id: { first_name: "Qzmarkedfirst" } },
      { id: 1, _embedded: { bookings: "Qzmarkedbookings", client: ["Qzmarkedclient"] } },
      "Qzmarkednothing",
    ]) {
      expect(await post(body)).toMatchObject({ outcome: "quarantined" });
    }
  });

  it("goes through a worker that meets what it cannot read", async () => {
    await redis.rpush(
      createKeys().inbox("50"),
      '99999 {"deliveryId":"d","route":"updates","receivedAt":"2026-01-01T00:00:00Z"}\n{"first_name":"Qzmarkedfirst" oops',
    );
    const queue = createQueue("salesforce", redis, createKeys());
    await queue.add("bring-up-to-date", { purchaseId: "50" }, { attempts: 1 });
    await eventually(async () =>
      expect((await syncLog.failed("salesforce", undefined, { offset: 0, limit: 1 }))[0]?.purchaseId).toBe("50"),
    );
    await queue.close();
  });

  it("is in no line of the log, whatever its level", () => {
    expect(output.split("\n").length).toBeGreaterThan(100);
    expect(output.split("\n").filter((line) => MARK.test(line) || NUMBER.test(line))).toEqual([]);
  });

  it("is in no metric", async () => {
    const authorization = basic(ADMIN);
    const text = await (await fetch(`${url}/metrics`, { headers: { authorization } })).text();
    expect(text).toMatch(/crm_sync_failed_purchases/);
    expect(text).not.toMatch(MARK);
  });

  it("is in no alert", async () => {
    await eventually(() => expect(alerts).toMatch(/salesforce: waits for a person/));
    // A CRM's words about somebody, whichever of the refusals are among the ten that an alert tells in detail.
    expect(alerts).toMatch(/Value .{0,4}‹(FirstName|personal)/);
    expect(alerts).not.toMatch(MARK);
    expect(alerts).not.toMatch(NUMBER);
  });

  it("is in no job, where everybody who sees the queues can read it, and in no key's name", async () => {
    const keys = await redis.keys(`${DEFAULT_PREFIX}*`);
    expect(keys.filter((key) => MARK.test(key) || NUMBER.test(key))).toEqual([]);
    const jobs = keys.filter((key) => /:sync-(salesforce|hubspot):\d+$/.test(key));
    expect(jobs.length).toBeGreaterThan(10);
    const leaking: string[] = [];
    for (const key of jobs) {
      const text = JSON.stringify(await redis.hgetall(key));
      if (MARK.test(text) || NUMBER.test(text)) leaking.push(text);
    }
    expect(leaking).toEqual([]);
  });
});
