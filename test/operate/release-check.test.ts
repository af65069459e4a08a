/** The release phase as Heroku runs it: a process of its own, which ends with 0 or says what to do. */
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { FaultRule } from "../../sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { runNode } from "../support/cli.ts";
import { testEnvironment } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { startTlsRedis, type Topology } from "../support/redis-topologies.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let sandbox: Sandbox;
let redis: TestRedis;
let forgetful: TestRedis;
let encrypted: Topology;

beforeAll(async () => {
  sandbox = await startSandbox();
  redis = await startTestRedis({ fsync: "always" });
  forgetful = await startTestRedis();
  encrypted = await startTlsRedis();
});
beforeEach(() => sandbox.faults.set([]));
afterAll(async () => {
  await sandbox.close();
  await redis.stop();
  await forgetful.stop();
  await encrypted.stop();
});

function sound(): Record<string, string> {
  return {
    NODE_ENV: "production",
    ...testEnvironment(redis.url, sandbox.url),
    BOOKINGBUG_PASSWORD: "bookingbug-secret",
    HUBSPOT_ACCESS_TOKEN: "hubspot-token",
  };
}

const SECRETS = ["bookingbug-secret", "admin-secret", "client-secret", "hubspot-token", "wrong-secret"];

interface Ended {
  readonly code: number;
  readonly said: string;
}

async function run(entry: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const { code, out, err } = await runNode(entry, { ...sound(), ...env });
  return { code, said: out + err };
}

const release = (env: Readonly<Record<string, string>>): Promise<Ended> => run(["src/cli.ts", "check"], env);

async function mappings(name: string, edit: (text: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  for (const crm of ["salesforce", "hubspot"]) {
    const text = await readFile(join(ROOT, "mappings", `${crm}.yaml`), "utf8");
    await writeFile(join(folder, `${crm}.yaml`), crm === name ? edit(text) : text);
  }
  return folder;
}

interface BrokenSetup {
  readonly what: string;
  readonly env: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  readonly fault?: FaultRule;
  /** What is wrong, and what to do. */
  readonly says: RegExp;
}

const BROKEN: readonly BrokenSetup[] = [
  {
    what: "a missing variable",
    env: () => ({ ADMIN_PASSWORD: "" }),
    says: /ADMIN_PASSWORD: missing; set it\. Password for the dashboard/,
  },
  {
    what: "a short password in production",
    env: () => ({ ADMIN_PASSWORD: "eleven-char" }),
    says: /ADMIN_PASSWORD: shorter than 12 characters; make one with: openssl rand -hex 20/,
  },
  {
    what: "a short client secret in production [S2]",
    env: () => ({ BOOKINGBUG_OAUTH_CLIENT_ID: "client", BOOKINGBUG_OAUTH_CLIENT_SECRET: "eleven-char" }),
    says: /BOOKINGBUG_OAUTH_CLIENT_SECRET: shorter than 12 characters; make one with: openssl rand -hex 20/,
  },
  {
    what: "a client for tokens without its secret",
    env: () => ({ BOOKINGBUG_OAUTH_CLIENT_ID: "client" }),
    says: /BOOKINGBUG_OAUTH_CLIENT_SECRET: missing; set BOOKINGBUG_OAUTH_CLIENT_ID and .* both, or neither/,
  },
  {
    what: "a CRM's address in plain HTTP in production [S2]",
    env: () => ({ HUBSPOT_BASE_URL: "http://crm.example.com" }),
    says: /HUBSPOT_BASE_URL: is plain HTTP, over which .* can be read; set it to the https:\/\/ address/,
  },
  {
    what: "no REDIS_URL in production",
    env: () => ({ REDIS_URL: "" }),
    says: /REDIS_URL: missing; in production set it to a Redis with persistence/,
  },
  {
    what: "a Redis URL that is none",
    env: () => ({ REDIS_URL: "localhost:6379" }),
    says: /REDIS_URL: set redis:\/\/host:6379 or rediss:/,
  },
  {
    what: "a Redis that does not run",
    env: () => ({ REDIS_URL: "redis://127.0.0.1:1" }),
    says: /Redis cannot be reached \(ECONNREFUSED\)\. Next: check that it runs and that REDIS_URL names it/,
  },
  {
    what: "a Redis host that does not exist",
    env: () => ({ REDIS_URL: "redis://redis.invalid:6379" }),
    says: /Redis' host name is not known\. Next: correct REDIS_URL/,
  },
  {
    what: "a wrong Redis password",
    env: () => ({ REDIS_URL: encrypted.url.replace("pass@", "wrong-secret@"), DYNO: "release.1" }),
    says: /Redis refuses the password\. Next: set REDIS_URL/,
  },
  {
    what: "a Redis certificate that nobody vouches for, elsewhere than on Heroku",
    env: () => ({ REDIS_URL: encrypted.url }),
    says: /certificate is not signed by a known authority\. Next: .* set REDIS_TLS_REJECT_UNAUTHORIZED to false/,
  },
  {
    what: "a Redis that keeps nothing",
    env: () => ({ REDIS_URL: forgetful.url }),
    says: /Redis keeps nothing on disk: .* take a plan that keeps its data/,
  },
  {
    what: "an unknown CRM",
    env: () => ({ CRM: "salesfroce" }),
    says: /CRM: set one or several of salesforce, hubspot/,
  },
  {
    what: "a folder of mappings that cannot be read",
    env: () => ({ MAPPINGS_DIR: "/nowhere" }),
    says: /\/nowhere:1:1: the folder of mapping files cannot be read; set MAPPINGS_DIR/,
  },
  {
    what: "a CRM without a mapping",
    env: async () => ({ MAPPINGS_DIR: await mkdtemp(join(tmpdir(), "mappings-")) }),
    says: /No mapping file for salesforce .* Add the company to a file's `companies`, or a file/,
  },
  {
    what: "a mapping that is not valid",
    env: async () => ({ MAPPINGS_DIR: await mappings("hubspot", (text) => text.replace("crm: hubspot", "crm: [")) }),
    says: /hubspot\.yaml:\d+:\d+: /,
  },
  {
    what: "a mapping whose tests fail [W8]",
    env: async () => {
      const other = (text: string): string => text.replace(/( cancelled:[\s\S]+ShowAs: \{ constant: )Free/, "$1Busy");
      const MAPPINGS_DIR = await mappings("salesforce", other);
      await cp(join(ROOT, "mappings/tests"), join(MAPPINGS_DIR, "tests"), { recursive: true });
      return { MAPPINGS_DIR };
    },
    says: /tests\/salesforce-cancelled\.yaml: .*\n {2}appointment\.ShowAs is .*\n {4}expected "Free"\n {4}actual {3}"Busy"\n {4}from .*salesforce\.yaml:\d+ Busy/,
  },
  {
    what: "a mapping that does not fit the CRM",
    env: async () => ({
      MAPPINGS_DIR: await mappings("salesforce", (text) => text.replace(/^(\s+)LastName:/m, "$1LastNam:")),
    }),
    says: /salesforce\.yaml:\d+:\d+: `Contact` has no field `LastNam`; did you mean `LastName`/,
  },
  {
    what: "credentials that Salesforce refuses",
    env: () => ({ SALESFORCE_CLIENT_SECRET: "wrong" }),
    says: /salesforce: the CRM refuses our credentials: .* Next: check SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, and docs\/salesforce\.md\./,
  },
  {
    what: "a token that HubSpot refuses",
    env: () => ({ HUBSPOT_ACCESS_TOKEN: "wrong" }),
    says: /hubspot: the CRM refuses our credentials: .* Next: check HUBSPOT_ACCESS_TOKEN, and docs\/hubspot\.md\./,
  },
  {
    what: "a CRM that cannot be reached",
    env: () => ({ HUBSPOT_BASE_URL: "http://127.0.0.1:1" }),
    says: /hubspot: the CRM does not answer: .* Next: check .* that HUBSPOT_BASE_URL is right\. During an outage release again/,
  },
  {
    what: "a token without the scopes",
    env: () => ({}),
    fault: {
      crm: "hubspot",
      action: {
        type: "status",
        status: 403,
        body: { category: "MISSING_SCOPES", message: "This app hasn't been granted all required scopes" },
      },
    },
    says: /hubspot: the CRM's set-up or the mapping does not fit: .*scopes.* Next: give the integration the scope/,
  },
];

describe("the release phase", () => {
  it("accepts a sound set-up", async () => {
    expect(await release({})).toEqual({
      code: 0,
      said: "Ready: the configuration, Redis, the CRMs and the mapping files fit together.\n",
    });
  });

  it.each(BROKEN.map((setup) => [setup.what, setup] as const))(
    "refuses %s, and says what to do",
    async (_what, setup) => {
      if (setup.fault !== undefined) sandbox.faults.set([setup.fault]);
      const { code, said } = await release(await setup.env());
      expect(code).toBe(1);
      expect(said).toMatch(setup.says);
      expect(said).not.toMatch(/ {4}at /);
      for (const secret of SECRETS) expect(said).not.toContain(secret);
    },
  );

  it("lets a Redis that keeps nothing pass in development, with a note", async () => {
    const { code, said } = await release({ REDIS_URL: forgetful.url, NODE_ENV: "development" });
    expect(code).toBe(0);
    expect(said).toMatch(/^Note: Redis keeps nothing on disk/);
  });
});

describe("a process", () => {
  it.each(["src/web.ts", "src/start.ts"])("%s ends with a plain word when its port is taken", async (entry) => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, () => {
        const address = holder.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const { code, said } = await run([entry], { PORT: String(port), LOG_LEVEL: "silent" });
    holder.close();
    expect(code).toBe(1);
    expect(said).toBe(`Port ${port} is in use. Next: end what listens there, or set PORT to another.\n`);
  });

  it("refuses a broken configuration with the words of the release phase", async () => {
    const { code, said } = await run(["src/worker.ts"], { CRM: "" });
    expect(code).toBe(1);
    expect(said).toMatch(/CRM: missing; set it/);
    expect(said).not.toMatch(/ {4}at /);
  });
});
