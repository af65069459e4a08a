/** Salesforce's refresh tokens, each of which ends with its use: kept for all processes, through what can happen to one. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { type CallReport, type Connector, unpaced } from "../../connectors/connector.ts";
import { salesforce } from "../../connectors/salesforce/index.ts";
import type { FaultRule } from "../../sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createTokenChains } from "../../src/sync/token-chain.ts";
import { errorOf } from "../connectors/salesforce/peer.ts";
import { startTestRedis } from "../support/redis.ts";

const server = await startTestRedis();
const admin = new Redis(server.url);
const keys = createKeys("{token-test}");
const KEY = keys.token("salesforce");
const clients: Redis[] = [];
let sandbox: Sandbox;
/** The refresh tokens that Salesforce was given, in order. */
let given: string[];

beforeEach(async () => {
  await admin.flushall();
  given = [];
  sandbox = await startSandbox({
    salesforce: { rotatesRefreshTokens: true },
    onRequest: (_crm, { body }) => {
      const token = new URLSearchParams(body).get("refresh_token");
      if (token !== null) given.push(token);
    },
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await sandbox.close();
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

interface Process {
  readonly connector: Connector;
  readonly redis: Redis;
  readonly reports: CallReport[];
}

/** What one process has: a connection to Redis and a connector of its own. */
function startProcess(env: Readonly<Record<string, string | undefined>> = {}, requestTimeoutMs = 5_000): Process {
  const redis = new Redis(server.url);
  redis.on("error", () => {});
  clients.push(redis);
  const reports: CallReport[] = [];
  const settings = salesforce.settings.parse({
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "id",
    SALESFORCE_CLIENT_SECRET: "secret",
    SALESFORCE_REFRESH_TOKEN: "first",
    ...env,
  });
  const connector = salesforce.connect(settings, {
    pacer: unpaced,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    onCall: (report) => void reports.push(report),
    requestTimeoutMs,
    tokens: createTokenChains({ redis, keys, crm: "salesforce", onError: () => {} }),
  });
  return { connector, redis, reports };
}

const atToken = (action: FaultRule["action"]): FaultRule => ({ crm: "salesforce", match: "oauth2", times: 1, action });
/** The sessions end, so that the next call signs in anew. */
const endSessions = (...rules: FaultRule[]): void =>
  sandbox.faults.set([
    { crm: "salesforce", match: "/services/data", times: 1, action: { type: "expire_token" } },
    ...rules,
  ]);

describe("a refresh token that ends with its use [S10]", () => {
  it("is followed by every process, each of which signs in once, also when all start at one moment", async () => {
    const processes = Array.from({ length: 5 }, () => startProcess());
    await Promise.all(processes.map(({ connector }) => connector.probe()));
    expect(given[0]).toBe("first");
    expect(new Set(given).size).toBe(5);
    expect(processes.map(({ connector }) => connector.tokenKeeping?.())).toEqual(Array(5).fill("kept"));
    endSessions();
    await processes[0]?.connector.probe();
    expect(new Set(given).size).toBe(6);
  });

  it("outlives a restart of all processes: the configured one only began the chain", async () => {
    await startProcess().connector.probe();
    await startProcess().connector.probe();
    expect(given).toEqual(["first", expect.stringMatching(/^5Aep-sandbox-/)]);
  });

  it("is nowhere in Redis to be read, and cannot be read with another client secret", async () => {
    await startProcess().connector.probe();
    const kept = JSON.stringify(await admin.hgetall(KEY));
    expect(kept).not.toContain("5Aep");
    expect(kept).not.toContain('"first",');
    expect(kept).not.toContain(':"first"');
    const error = await errorOf(startProcess({ SALESFORCE_CLIENT_SECRET: "changed" }).connector.probe());
    expect(error).toMatchObject({ kind: "unauthorised", code: "TOKEN_UNREADABLE" });
    expect(error.message).toMatch(/set the new refresh token/);
    expect(given).toEqual(["first"]);
  });

  it("of an app without a secret is sealed with the configured token", async () => {
    await startProcess({ SALESFORCE_CLIENT_SECRET: undefined }).connector.probe();
    await startProcess({ SALESFORCE_CLIENT_SECRET: undefined }).connector.probe();
    expect(given).toHaveLength(2);
    expect(JSON.stringify(await admin.hgetall(KEY))).not.toContain("5Aep");
  });

  it("that was configured anew begins the chain anew, and whoever still has the former one follows", async () => {
    const old = startProcess();
    await old.connector.probe();
    await startProcess({ SALESFORCE_REFRESH_TOKEN: "second" }).connector.probe();
    expect(given).toEqual(["first", "second"]);
    endSessions();
    await old.connector.probe();
    await startProcess({ SALESFORCE_REFRESH_TOKEN: "second" }).connector.probe();
    expect(given.slice(2)).toEqual([expect.stringMatching(/^5Aep/), expect.stringMatching(/^5Aep/)]);
    expect(new Set(given).size).toBe(4);
  });

  it("was exchanged by another process although we had it to ourselves: the newer one is used", async () => {
    const { connector } = startProcess();
    await connector.probe();
    endSessions(atToken({ type: "slow", ms: 400 }));
    const still = connector.probe().catch((error: unknown) => error);
    while (given.length < 2) await sleep(1);
    // It stood still for longer than its lock.
    await admin.del(keys.lock("token:salesforce"));
    await startProcess().connector.probe();
    expect(await still).toBeUndefined();
    expect([given[2], new Set(given).size]).toEqual([given[1], 3]);
  });

  it("stays the one that is used where the CRM does not change it, and is not kept", async () => {
    await sandbox.close();
    sandbox = await startSandbox();
    const { connector } = startProcess();
    await connector.probe();
    expect(connector.tokenKeeping?.()).toBe("fixed");
    expect((await admin.hgetall(KEY)).token).toBeUndefined();
  });
});

describe("a process that ends between Salesforce's answer and Redis", () => {
  it("takes the newest token with it: the next is refused, and told since when and what to do", async () => {
    const crashed = startProcess();
    sandbox.faults.set([atToken({ type: "slow", ms: 200 })]);
    const dying = crashed.connector.probe().catch(() => undefined);
    while (given.length === 0) await sleep(1);
    crashed.redis.disconnect();
    await dying;
    await admin.del(keys.lock("token:salesforce"));

    const error = await errorOf(startProcess().connector.probe());
    expect(error).toMatchObject({ kind: "unauthorised", code: "invalid_grant" });
    expect(error.message).toMatch(/was used at 20\d\d-.*Z, and the answer was lost.*set SALESFORCE_REFRESH_TOKEN/);
    expect(error.message).not.toContain("5Aep");
    await startProcess({ SALESFORCE_REFRESH_TOKEN: "set by an admin" }).connector.probe();
    await startProcess({ SALESFORCE_REFRESH_TOKEN: "set by an admin" }).connector.probe();
    expect(given.slice(2)).toEqual(["set by an admin", expect.stringMatching(/^5Aep/)]);
  });

  it("keeps the others waiting only until its lock is free", async () => {
    await admin.set(keys.lock("token:salesforce"), "of a process that is gone", "PX", 700);
    const start = Date.now();
    await startProcess().connector.probe();
    expect(Date.now() - start).toBeGreaterThanOrEqual(600);
  });
});

describe("an exchange whose answer is lost", () => {
  it("that Salesforce never had costs nothing: the same token is used again", async () => {
    const { connector } = startProcess({}, 300);
    sandbox.faults.set([atToken({ type: "timeout", after: false })]);
    expect(await errorOf(connector.probe())).toMatchObject({ kind: "unavailable" });
    await connector.probe();
    expect(given).toEqual(["first", "first"]);
    expect((await admin.hgetall(KEY)).begun).toBeUndefined();
  });

  it("that Salesforce carried out ends the chain, and says so", async () => {
    const { connector } = startProcess({}, 300);
    sandbox.faults.set([atToken({ type: "timeout", after: true })]);
    expect(await errorOf(connector.probe())).toMatchObject({ kind: "unavailable" });
    const error = await errorOf(connector.probe());
    expect(error).toMatchObject({ kind: "unauthorised", code: "invalid_grant" });
    expect(error.message).toMatch(/the answer was lost/);
  });

  it("is not made up where Salesforce simply refuses", async () => {
    const { connector } = startProcess({ SALESFORCE_REFRESH_TOKEN: "revoked" });
    for (const _time of ["once", "again"]) {
      expect((await errorOf(connector.probe())).message).not.toMatch(/lost/);
    }
  });
});

describe("Redis", () => {
  it("that is away when the new token is to be kept gets it when it is back", async () => {
    const one = startProcess();
    await one.connector.probe();
    endSessions(atToken({ type: "slow", ms: 300 }));
    const renewing = one.connector.probe();
    while (given.length < 2) await sleep(1);
    await admin.config("SET", "maxmemory", "1");
    const isRenewed = renewing.then(() => true);
    expect(await Promise.race([isRenewed, sleep(1_000)])).toBeUndefined();
    await admin.config("SET", "maxmemory", "0");
    expect(await isRenewed).toBe(true);
    await startProcess().connector.probe();
    expect(new Set(given).size).toBe(3);
  });
});
