/** Every connector against its CRM's peer, through the same cases; and the traps of each SDK. */
import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Check, cases, type Fault, type Harness } from "../../connectors/conformance/cases.ts";
import { type CallReport, type Connector, type ConnectorServices, unpaced } from "../../connectors/connector.ts";
import { hubspot } from "../../connectors/hubspot/index.ts";
import { salesforce } from "../../connectors/salesforce/index.ts";
import type { FaultRule } from "../../sandbox/faults.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/server.ts";

const TIMES = { StartDateTime: "2036-03-10T11:30:00Z", EndDateTime: "2036-03-10T12:00:00Z" };
const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let sandbox: Sandbox;
let reports: CallReport[];

function services(): ConnectorServices {
  reports = [];
  return { pacer: unpaced, log: silentLog, onCall: (report) => reports.push(report), requestTimeoutMs: 200 };
}

function connectSalesforce(env: Record<string, string> = {}): Connector {
  const settings = {
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "id",
    SALESFORCE_CLIENT_SECRET: "secret",
    ...env,
  };
  return salesforce.connect(salesforce.settings.parse(settings), services());
}

function connectHubspot(env: Record<string, string> = {}): Connector {
  const settings = { HUBSPOT_ACCESS_TOKEN: "token", HUBSPOT_BASE_URL: sandbox.url, ...env };
  return hubspot.connect(hubspot.settings.parse(settings), services());
}

function faultRule(crm: "salesforce" | "hubspot", fault: Fault, times: number): FaultRule {
  const match = crm === "salesforce" ? "/services/data" : "/crm/";
  const status = (code: number, body: unknown, headers = {}): FaultRule["action"] => ({
    type: "status",
    status: code,
    body,
    headers,
  });
  const limited =
    crm === "salesforce"
      ? [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "ConcurrentRequests Limit exceeded." }]
      : { errorType: "RATE_LIMIT" };
  const action: Record<Fault, FaultRule["action"]> = {
    timeout_before: { type: "timeout", after: false },
    timeout_after: { type: "timeout", after: true },
    reset_after: { type: "reset", after: true },
    unavailable: status(503, [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }]),
    html_error: status(502, "<html><body>Bad gateway</body></html>"),
    rate_limit: status(429, limited, { "retry-after": "7" }),
    lock: { type: "lock" },
    expired_token: { type: "expire_token" },
    silent: { type: "empty" },
  };
  return { crm, match, times, action: action[fault] };
}

const calls = (): number =>
  reports.filter(({ operation, status }) => operation !== "token" && operation !== "probe" && Number(status) < 400)
    .length;

function salesforceHarness(): Harness {
  return {
    connector: connectSalesforce(),
    contact: { object: "Contact", key: "BB_Id__c", email: "Email", name: "LastName" },
    appointment: { object: "Event", key: "BB_Booking_Id__c", title: "Subject" },
    batchSize: 200,
    appointmentBasics: TIMES,
    badAppointment: { Subject: "x".repeat(256) },
    link: (toId) => ({ via: "WhoId", toObject: "Contact", toId }),
    records: (object) => sandbox.salesforce.records(object),
    linked: (id) =>
      sandbox.salesforce
        .records("Event")
        .filter((one) => one.id === id)
        .map(({ values }) => String(values.WhoId)),
    seed: (object, values) => sandbox.salesforce.seed(object, values),
    remove: (object, id) => sandbox.salesforce.remove(object, id),
    calls,
    fail: (fault, times = 1) => sandbox.faults.set([faultRule("salesforce", fault, times)]),
  };
}

function hubspotHarness(env: Record<string, string> = {}): Harness {
  return {
    connector: connectHubspot(env),
    contact: { object: "contacts", key: "bookingbug_id", email: "email", name: "lastname" },
    appointment: { object: "meetings", key: "bookingbug_booking_id", title: "hs_meeting_title" },
    batchSize: 100,
    appointmentBasics: { hs_timestamp: "2036-03-10T11:30:00Z" },
    badAppointment: { hs_meeting_outcome: "MAYBE" },
    link: (toId) => ({ via: "200", toObject: "contacts", toId }),
    records: (object) => sandbox.hubspot.records(object),
    linked: (id) => sandbox.hubspot.records("meetings").find((one) => one.id === id)?.links ?? [],
    seed: (object, values) => sandbox.hubspot.seed(object, values),
    remove: (object, id) => sandbox.hubspot.remove(object, id),
    calls,
    fail: (fault, times = 1) => sandbox.faults.set([faultRule("hubspot", fault, times)]),
  };
}

const check: Check = {
  equal: (actual, expected) => expect(actual).toEqual(expected),
  async rejects(promise, kind) {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ kind });
    return error as Error;
  },
};

const PEERS: readonly { name: string; sandbox: SandboxOptions; harness: () => Harness }[] = [
  { name: "Salesforce", sandbox: {}, harness: salesforceHarness },
  { name: "HubSpot", sandbox: {}, harness: hubspotHarness },
  {
    name: "HubSpot, a batch failing whole",
    sandbox: { hubspot: { batchFailure: "whole" } },
    harness: hubspotHarness,
  },
  {
    name: "HubSpot, no unique property on meetings",
    sandbox: { hubspot: { uniqueMeetings: false } },
    harness: hubspotHarness,
  },
  { name: "HubSpot, legacy paths", sandbox: {}, harness: () => hubspotHarness({ HUBSPOT_API_VERSION: "v3" }) },
];

const passed = new Map<string, Set<string>>();

afterEach(() => sandbox.close());

describe.each(PEERS)("the $name connector", ({ name, sandbox: options, harness }) => {
  beforeEach(async () => {
    sandbox = await startSandbox(options);
  });
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (title, one) => {
    await one.run(harness(), check);
    expect([sandbox.salesforce.stats.violations, sandbox.hubspot.stats.violations]).toEqual([[], []]);
    passed.set(title, (passed.get(title) ?? new Set()).add(name));
  });
});

describe("Salesforce's sign-in", () => {
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  const tokens = () => reports.filter((report) => report.operation === "token").length;
  const find = (connector: Connector) =>
    connector.find({ object: "Contact", by: { field: "Email", value: "a@b.cd" }, select: [] });

  it("is renewed once for all who meet an expired token, and their work goes on", async () => {
    const connector = connectSalesforce();
    await find(connector);
    sandbox.faults.set([{ crm: "salesforce", match: "/services/data", times: 1, action: { type: "expire_token" } }]);
    await Promise.all([find(connector), connector.describe("Contact"), connector.probe()]);
    expect(tokens()).toBe(2);
  });

  it("does not go round in circles when the new token is refused too", async () => {
    const connector = connectSalesforce();
    await find(connector);
    sandbox.faults.set([{ crm: "salesforce", match: "/services/data", action: { type: "expire_token" } }]);
    await check.rejects(find(connector), "unauthorised");
    expect(tokens()).toBe(2);
    sandbox.faults.set([]);
    await expect(find(connector)).resolves.toEqual([]);
  });

  it("is refused with wrong credentials, and an outage of the token endpoint is not taken for a refusal", async () => {
    await check.rejects(connectSalesforce({ SALESFORCE_CLIENT_SECRET: "wrong" }).probe(), "unauthorised");
    sandbox.faults.set([{ match: "oauth2", times: 1, action: { type: "status", status: 503, body: {} } }]);
    await check.rejects(connectSalesforce().probe(), "unavailable");
    sandbox.faults.set([{ match: "oauth2", times: 1, action: { type: "timeout", after: false } }]);
    await check.rejects(connectSalesforce().probe(), "unavailable");
  });

  it("tells what is left of the day from every answer, and stops when it is spent", async () => {
    await sandbox.close();
    sandbox = await startSandbox({ salesforce: { dailyLimit: 2 } });
    const observed: number[] = [];
    const pacer = { ...unpaced, observe: ({ remaining }: { remaining: number }) => observed.push(remaining) };
    const settings = salesforce.settings.parse({
      SALESFORCE_LOGIN_URL: sandbox.url,
      SALESFORCE_CLIENT_ID: "i",
      SALESFORCE_CLIENT_SECRET: "s",
    });
    const connector = salesforce.connect(settings, {
      ...services(),
      pacer: { ...pacer, observe: (report) => void pacer.observe(report) },
    });
    await find(connector);
    await connector.probe();
    expect(observed).toEqual([1, 0]);
    const error = await check.rejects(connector.probe(), "rate_limited");
    expect(error).toMatchObject({ scope: "daily" });
  });
});

describe("HubSpot's refusals", () => {
  beforeEach(async () => {
    sandbox = await startSandbox();
  });

  it.each([
    [401, { category: "INVALID_AUTHENTICATION", message: "x" }, "unauthorised"],
    [403, { category: "MISSING_SCOPES", message: "This app hasn't been granted all required scopes" }, "misconfigured"],
    [423, { message: "locked" }, "unavailable"],
    [477, { message: "migrating" }, "unavailable"],
    [524, "<html></html>", "unavailable"],
    [
      429,
      { errorType: "RATE_LIMIT", policyName: "DAILY", message: "You have reached your daily limit." },
      "rate_limited",
    ],
  ])("%s is told apart", async (status, body, kind) => {
    sandbox.faults.set([{ action: { type: "status", status, body } }]);
    await check.rejects(connectHubspot().probe(), kind);
  });

  it("sends every value as a string, under dated paths", async () => {
    const h = hubspotHarness();
    const target = { by: "external_id", field: "bookingbug_booking_id", value: "9", expect: "new" } as const;
    const values = { ...h.appointmentBasics, bookingbug_reschedule_count: 3 };
    await h.connector.save({ object: "meetings", target, values, links: [] });
    expect(sandbox.hubspot.records("meetings")[0]?.values.bookingbug_reschedule_count).toBe("3");
  });
});

afterAll(() => {
  if (!process.env.WRITE_CONFORMANCE) return;
  const names = PEERS.map((peer) => peer.name);
  const rows = cases.map(
    ({ name }) => `| ${name} | ${names.map((peer) => (passed.get(name)?.has(peer) ? "yes" : "NO")).join(" | ")} |`,
  );
  const text = `# Conformance\n\nWritten by the tests: each case of \`connectors/conformance\` against each peer.\n\n| case | ${names.join(" | ")} |\n|---|${names.map(() => "---|").join("")}\n${rows.join("\n")}\n`;
  writeFileSync(new URL("../../docs/conformance.md", import.meta.url), text);
});
