/** No secret's value leaves the process: not by the configuration's print-out, not by errors, not by the log. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { connectors } from "../../connectors/index.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { variables } from "../../src/config/variables.ts";
import { endChildren, endsWithUs } from "../support/children.ts";
import { runNode } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SECRET = "Zq7-never-shown";
/** Of a password: its salt tells it. */
const HASH = `scrypt.15.8.3.${SECRET}AAAAAAA.${"A".repeat(43)}`;

let sandbox: Sandbox;
let redis: TestRedis;

beforeAll(async () => {
  sandbox = await startSandbox();
  redis = await startTestRedis();
});
afterAll(endChildren);
afterAll(async () => {
  await sandbox.close();
  await redis.stop();
});

/** Every secret variable there is, each with a value of its own. */
const secretNames = [...variables, ...connectors.flatMap(({ environment }) => environment)]
  .filter(({ secret }) => secret)
  .map(({ name }) => name);
const secrets = Object.fromEntries(secretNames.map((name, index) => [name, `${SECRET}-${index}`]));

/** The other ways into Salesforce and BookingBug, which would contradict the one that is used. */
const otherWays = {
  ...{ SALESFORCE_PRIVATE_KEY: "", SALESFORCE_REFRESH_TOKEN: "", SALESFORCE_ACCESS_TOKEN: "" },
  ...{ BOOKINGBUG_API_APP_KEY: "", BOOKINGBUG_API_PASSWORD: "" },
};

function environment(): Record<string, string> {
  return {
    ...secrets,
    ALERT_WEBHOOK_URL: `https://127.0.0.1:1/${SECRET}`,
    ALERT_TEAMS_URL: `https://127.0.0.1:1/${SECRET}`,
    ALERT_SMTP_URL: `smtp://alerts:${SECRET}@127.0.0.1:1`,
    ALERT_MAIL_FROM: "crm-sync@example.com",
    ALERT_MAIL_TO: "on-call@example.com",
    OIDC_ISSUER: "https://127.0.0.1:1",
    OIDC_CLIENT_ID: "client",
    OIDC_OPERATORS: "operator",
    DASHBOARD_URL: "https://crm-sync.example.com",
    EVENTS_HOOK_URL: `https://127.0.0.1:1/${SECRET}`,
    ADMIN_USERS: `vera:viewer:${HASH}`,
    REDIS_URL: redis.url,
    BOOKINGBUG_USERNAME: "bookingbug",
    BOOKINGBUG_USERNAME_NEXT: "next",
    BOOKINGBUG_OAUTH_CLIENT_ID: "client",
    ADMIN_USERNAME: "admin",
    ADMIN_USERNAME_NEXT: "next-admin",
    BOOKINGBUG_API_URL: sandbox.url,
    BOOKINGBUG_API_COMPANY_ID: "37000",
    BOOKINGBUG_API_CLIENT_ID: "client",
    CRM: "salesforce,hubspot",
    SALESFORCE_LOGIN_URL: sandbox.url,
    HUBSPOT_BASE_URL: sandbox.url,
    PORT: "0",
  };
}

async function run(args: readonly string[], env: Record<string, string>): Promise<{ code: number; said: string }> {
  const { code, out, err } = await runNode(args, env);
  return { code, said: out + err };
}

describe("crm-sync config", () => {
  it("names every variable and shows no secret", async () => {
    const env = {
      ...environment(),
      REDIS_URL: `redis://:${SECRET}@127.0.0.1:1`,
      SALESFORCE_LOGIN_URL: `https://u:${SECRET}@x.my.salesforce.com`,
    };
    const { said } = await run(["src/cli.ts", "config"], env);
    for (const name of secretNames) expect(said).toMatch(new RegExp(`^${name} +set +‹secret›$`, "m"));
    expect(said).toMatch(/^PORT +set +0$/m);
    expect(said).toMatch(/^LOG_LEVEL +default +info$/m);
    expect(said).toMatch(/^TRUSTED_PROXIES +unset$/m);
    expect(said).not.toContain(SECRET);
  });

  it("says what is wrong, still without a secret", async () => {
    const { code, said } = await run(["src/cli.ts", "config", "--json"], {
      ...environment(),
      CRM: "other",
      PORT: SECRET,
    });
    expect(code).toBe(1);
    expect(said).toMatch(/CRM: set one or several of/);
    expect(said).toMatch(/PORT: set a whole number/);
    // What was taken for a port is shown as it is set, and nothing else.
    expect(said.replaceAll(`"value": "${SECRET}"`, "")).not.toContain(SECRET);
  });
});

it.each([
  ["a wrong value everywhere", () => Object.fromEntries(variables.map(({ name }) => [name, `:${SECRET}`]))],
  ["a Redis that is not there", () => ({ REDIS_URL: `redis://:${SECRET}@127.0.0.1:1` })],
  ["credentials that are refused", () => ({ ...otherWays, SALESFORCE_CLIENT_SECRET: "wrong" })],
])("start-up errors show no secret: %s", async (_what, more) => {
  const { code, said } = await run(["src/cli.ts", "check"], { ...environment(), ...more() });
  expect(code).toBe(1);
  expect(said.length).toBeGreaterThan(20);
  expect(said).not.toContain(SECRET);
});

it("the log shows no secret, at its most talkative, with a CRM that refuses them", async () => {
  sandbox.faults.set([{ action: { type: "status", status: 401, body: { message: "no" } } }]);
  const env = { PATH: process.env.PATH, ...environment(), ...otherWays, LOG_LEVEL: "trace" };
  const child = endsWithUs(spawn(process.execPath, ["src/start.ts"], { cwd: ROOT, env }));
  const ended = once(child, "exit");
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  await eventually(() => expect(said).toContain("receiving notifications"));
  child.kill("SIGTERM");
  await ended;
  sandbox.faults.set([]);
  expect(said).toContain("receiving notifications");
  expect(said).not.toContain(SECRET);
});
