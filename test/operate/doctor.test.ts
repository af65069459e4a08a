/** `crm-sync doctor`: green where all is well, and one clear finding for each thing that is broken on purpose. */
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/server.ts";
import { runDoctor } from "../../src/operate/doctor/doctor.ts";
import { runCli } from "../support/cli.ts";
import { testEnvironment } from "../support/environment.ts";
import { startTestRedis } from "../support/redis.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const OBJECTS = { salesforce: ["Contact", "Event"], hubspot: ["contacts", "meetings"] } as const;
type Crm = keyof typeof OBJECTS;

const environment = (crm: string, more: Record<string, string> = {}): Record<string, string> => ({
  CRM: crm,
  SALESFORCE_LOGIN_URL: sandbox.url,
  SALESFORCE_CLIENT_ID: "id",
  SALESFORCE_CLIENT_SECRET: "secret",
  HUBSPOT_ACCESS_TOKEN: "token",
  HUBSPOT_BASE_URL: sandbox.url,
  ...more,
});

interface Visit {
  readonly sandbox?: SandboxOptions;
  readonly env?: Record<string, string>;
  readonly folder?: string;
  readonly writeTest?: boolean;
  readonly prepare?: (sandbox: Sandbox) => void;
}

async function visit(crm: string, { writeTest = false, folder = "mappings", ...more }: Visit = {}) {
  sandbox = await startSandbox(more.sandbox);
  more.prepare?.(sandbox);
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const count = await runDoctor({ environment: environment(crm, more.env), crm: undefined, writeTest, folder, say });
  return { count, lines, bad: lines.filter((line) => line.startsWith("✗")) };
}

/** The mappings, with one of them changed. */
async function mappingsWith(crm: Crm, change: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings", folder, { recursive: true });
  const file = join(folder, `${crm}.yaml`);
  await writeFile(file, change(await readFile(file, "utf8")));
  return folder;
}

const records = (crm: Crm) => OBJECTS[crm].flatMap((object) => sandbox[crm].records(object));

describe.each(["salesforce", "hubspot"] as const)("%s in good health", (crm) => {
  it("is green, in lines that say what was looked at, and nothing is written", async () => {
    const { count, lines } = await visit(crm);
    expect(lines.filter((line) => !line.startsWith("✓ "))).toEqual([]);
    expect(count).toBe(0);
    const text = lines.join("\n");
    expect(text).toMatch(/the credentials are accepted/);
    for (const object of OBJECTS[crm]) expect(text).toContain(`${object} has all that the mapping needs`);
    expect(text).toMatch(/records can be looked up: .*\n.*\d+ of \d+ calls are left today/);
    const { upsert, update, create } = sandbox[crm].stats.calls;
    expect([upsert, update, create]).toEqual([undefined, undefined, undefined]);
  });

  it("is written to on request: created, moved, cancelled and removed, each call told, and nothing stays", async () => {
    const { count, lines } = await visit(crm, { writeTest: true });
    expect(count).toBe(0);
    const [person, appointment] = OBJECTS[crm];
    const steps = lines.filter((line) => line.includes(" ms]")).map((line) => line.replace(/^.*?: | \S+ is|\[.*/g, ""));
    expect(steps.map((step) => step.trim())).toEqual([
      `${person} created (created)`,
      `${appointment} created (created)`,
      `${appointment} updated (moved)`,
      `${appointment} updated (cancelled)`,
      `${appointment} removed`,
      `${person} removed`,
    ]);
    expect(lines.join("\n")).toMatch(/\[.*(upsert|create) \S+ 20[01] \d+ ms/);
    expect(records(crm)).toEqual([]);
  });
});

describe("hubspot without a unique property on meetings", () => {
  it("is green, says what that costs, and the trial finds its own records", async () => {
    const { bad, lines } = await visit("hubspot", { writeTest: true, sandbox: { hubspot: { uniqueMeetings: false } } });
    expect(bad).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/bookingbug_booking_id of meetings is not unique: it works/));
    expect(records("hubspot")).toEqual([]);
  });
});

const YAML = (text: string) => text.replace("objects:", "objects: [");
const BROKEN: readonly [string, Crm, () => Promise<Visit> | Visit, RegExp][] = [
  [
    "a client secret that is not set",
    "salesforce",
    () => ({ env: { SALESFORCE_CLIENT_SECRET: "" } }),
    /no complete way to sign in.*docs\/salesforce\.md/,
  ],
  [
    "a token that is not set",
    "hubspot",
    () => ({ env: { HUBSPOT_ACCESS_TOKEN: "" } }),
    /HUBSPOT_ACCESS_TOKEN: set the access token.*docs\/hubspot\.md/,
  ],
  [
    "a wrong client secret",
    "salesforce",
    () => ({ env: { SALESFORCE_CLIENT_SECRET: "wrong" } }),
    /refuses to sign us in: invalid_client.*check SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET/,
  ],
  [
    "a wrong token",
    "hubspot",
    () => ({ env: { HUBSPOT_ACCESS_TOKEN: "wrong" } }),
    /Authentication credentials not found.*check HUBSPOT_ACCESS_TOKEN/,
  ],
  [
    "an address where nobody is",
    "salesforce",
    () => ({ env: { SALESFORCE_LOGIN_URL: "http://127.0.0.1:65534" } }),
    /could not be reached.*ECONNREFUSED.*SALESFORCE_LOGIN_URL is right/,
  ],
  [
    "an outage",
    "hubspot",
    () => ({
      prepare: ({ faults }) =>
        faults.set([{ crm: "hubspot", action: { type: "status", status: 502, body: "<html></html>" } }]),
    }),
    /HTTP status 502.*check that this machine may reach it/,
  ],
  [
    "a day's allocation that is spent",
    "salesforce",
    () => ({ sandbox: { salesforce: { dailyLimit: 0 } } }),
    /TotalRequests Limit exceeded.*the day's allocation is spent/,
  ],
  [
    "a day's allocation that nearly is",
    "hubspot",
    () => ({ sandbox: { hubspot: { dailyLimit: 20 } }, env: { HUBSPOT_DAILY_RESERVE: "18" } }),
    /of 20 calls are left today, and 18 are reserved/,
  ],
  [
    "an external id field that was not made",
    "salesforce",
    () => ({ sandbox: { salesforce: { hiddenFields: ["Contact.BB_Id__c"] } } }),
    /salesforce\.yaml:\d+:\d+: .*no field `BB_Id__c`/,
  ],
  [
    "an external id that is not unique",
    "salesforce",
    () => ({ sandbox: { salesforce: { notUnique: ["Event.BB_Booking_Id__c"] } } }),
    /`BB_Booking_Id__c` is not a unique external id/,
  ],
  [
    "an object that the user may not see",
    "salesforce",
    () => ({ sandbox: { salesforce: { hiddenObjects: ["Event"] } } }),
    /no object `Event`/,
  ],
  [
    "a field that the user may only read",
    "salesforce",
    () => ({ sandbox: { salesforce: { readOnlyFields: ["Event.BB_Status__c"] } } }),
    /`BB_Status__c` cannot be written/,
  ],
  [
    "a property that was not made",
    "hubspot",
    () => ({ sandbox: { hubspot: { withoutProperties: ["meetings.bookingbug_paid"] } } }),
    /no field `bookingbug_paid`/,
  ],
  [
    "a scope for reading that was not granted",
    "hubspot",
    () => ({ sandbox: { hubspot: { withoutScopes: ["crm.objects.contacts.read"] } } }),
    /Scopes: crm\.objects\.contacts\.read/,
  ],
  [
    "a scope for writing that was not granted",
    "hubspot",
    () => ({ writeTest: true, sandbox: { hubspot: { withoutScopes: ["crm.objects.contacts.write"] } } }),
    /writing failed.*Scopes: crm\.objects\.contacts\.write/,
  ],
  [
    "an object that is not activated",
    "hubspot",
    () => ({ folder: "mappings/examples/hubspot-appointments", sandbox: { hubspot: { appointments: false } } }),
    /no object `appointments`.*not activated/,
  ],
  [
    "a mapping file that is no YAML",
    "hubspot",
    async () => ({ folder: await mappingsWith("hubspot", YAML) }),
    /Mappings: \S*hubspot\.yaml:\d+:\d+/,
  ],
  [
    "no mapping file for the CRM",
    "hubspot",
    () => ({ folder: "mappings/examples/salesforce-lead" }),
    /no mapping file is for this CRM/,
  ],
  [
    "a misspelt field",
    "salesforce",
    async () => ({
      folder: await mappingsWith("salesforce", (text) => text.replace("BB_Status__c:", "BB_Statuss__c:")),
    }),
    /BB_Statuss__c.*did you mean/,
  ],
];

describe("what is broken on purpose", () => {
  it.each(BROKEN)("is one finding that says what to do: %s", async (_what, crm, broken, finding) => {
    const { count, bad } = await visit(crm, await broken());
    expect(bad).toEqual([expect.stringMatching(finding)]);
    expect(bad[0]).toContain(" Next: ");
    expect(count).toBe(1);
    expect(records(crm)).toEqual([]);
  });

  it("does not hide the other CRM's health", async () => {
    const { lines, bad } = await visit("salesforce,hubspot", { env: { HUBSPOT_ACCESS_TOKEN: "wrong" } });
    expect(bad).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("✓ Salesforce")).length).toBeGreaterThan(3);
  });

  it("is told of a CRM that nobody knows", async () => {
    expect((await visit("pipedrive")).bad).toEqual([expect.stringMatching(/nothing is known of pipedrive.*set CRM/)]);
  });
});

describe("a trial that fails half-way", () => {
  it("removes what it had begun, also what it never saw the answer for", async () => {
    const fail = {
      crm: "salesforce",
      match: "/composite/sobjects/Event",
      times: 1,
      action: { type: "reset", after: true },
    } as const;
    const { bad } = await visit("salesforce", { writeTest: true, prepare: ({ faults }) => faults.set([fail]) });
    expect(bad).toEqual([expect.stringMatching(/writing failed/)]);
    expect(records("salesforce")).toEqual([]);
  });

  it("says where to find what it could not remove", async () => {
    const fail = {
      crm: "salesforce",
      match: "DELETE",
      action: {
        type: "status",
        status: 403,
        body: [{ errorCode: "INSUFFICIENT_ACCESS_OR_READONLY", message: "insufficient access rights on object id" }],
      },
    } as const;
    const { bad } = await visit("salesforce", { writeTest: true, prepare: ({ faults }) => faults.set([fail]) });
    expect(bad).toHaveLength(2);
    for (const line of bad)
      expect(line).toMatch(/could not be removed.*remove it by hand: http.*\/lightning\/r\/(Event|Contact)\//);
  });
});

describe("a refresh token that changes with each sign-in [S10]", () => {
  const rotating = { salesforce: { rotatesRefreshTokens: true } };

  it("is said to be lost where there is no Redis to keep it in", async () => {
    const { bad } = await visit("salesforce", { env: { SALESFORCE_REFRESH_TOKEN: "first" }, sandbox: rotating });
    expect(bad).toEqual([expect.stringMatching(/cannot sign in again after a restart.*Next: .*set the new refresh/)]);
  });

  it("is no finding where it does not change", async () => {
    const { bad, lines } = await visit("salesforce", { env: { SALESFORCE_REFRESH_TOKEN: "first" } });
    expect([bad, lines.filter((line) => line.includes("refresh token"))]).toEqual([[], []]);
  });

  it("is kept by every command that asks the CRM, each a process that begins where the last one ended", async () => {
    const redis = await startTestRedis({ fsync: "always" });
    sandbox = await startSandbox(rotating);
    const env = { ...testEnvironment(redis.url, sandbox.url), CRM: "salesforce", SALESFORCE_REFRESH_TOKEN: "first" };
    for (const command of [["doctor"], ["mapping", "check"], ["provision", "--dry-run"], ["check"], ["doctor"]]) {
      const { code, out, err } = await runCli(command, env);
      expect([command, code, code === 0 ? "" : out + err]).toEqual([command, 0, ""]);
      if (command[0] === "doctor")
        expect(out).toMatch(/✓ .*changes with each sign-in, and the newest is kept in Redis/);
    }
    await redis.stop();
  });
});

describe("the command", () => {
  it("ends with 0 when all is well, and with 1 when something is not", async () => {
    sandbox = await startSandbox();
    const good = await runCli(["doctor", "--crm", "salesforce"], environment("salesforce,hubspot"));
    expect(good).toMatchObject({ code: 0, out: expect.stringMatching(/All is well\. Writing was not tried/) });
    // The configuration of a laptop: enough to look at a CRM.
    const bad = await runCli(["doctor"], environment("hubspot", { HUBSPOT_ACCESS_TOKEN: "wrong" }));
    expect(bad).toMatchObject({ code: 1, out: expect.stringMatching(/✗ HubSpot: .*\n1 thing is not well\.\n$/) });
  });

  it("looks at Redis while other variables are missing, and says that the service would not start [E7]", async () => {
    sandbox = await startSandbox();
    const REDIS_URL = "redis://127.0.0.1:1";
    const { out } = await runCli(["doctor"], environment("hubspot", { REDIS_URL }));
    expect(out).toMatch(/^✗ Redis: /m);
    expect(out).toMatch(/would not start yet\. Missing or wrong: .*ADMIN_PASSWORD.*bin\/crm-sync check/);
  });
});
