/** A notification's whole way through each arrangement of Redis, and the start-up of a process that cannot have it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { prepare, type Running } from "../../src/app/base.ts";
import { startWeb } from "../../src/app/web.ts";
import { startWorker } from "../../src/app/worker.ts";
import { createRedis } from "../../src/redis/client.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { runCli } from "../support/cli.ts";
import { BOOKINGBUG, basic, crmsAt, SIGN_INS } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { movedTo, sample } from "../support/payloads.ts";
import { startCluster, startSentinel, startTlsRedis, type Topology } from "../support/redis-topologies.ts";

let sandbox: Sandbox;
let running: Running[];

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => {
  sandbox.salesforce.reset();
  running = [];
});
afterEach(async () => {
  for (const part of running.toReversed()) await part.stop();
});
afterAll(() => sandbox.close());

function environment(): Record<string, string> {
  return {
    PORT: "0",
    ...SIGN_INS,
    ...crmsAt(sandbox.url),
    CRM: "salesforce",
    LOG_LEVEL: "silent",
    SHUTDOWN_MS: "1000",
  };
}

/** @returns posts a notification as BookingBug does, and answers with the status */
async function start(env: Readonly<Record<string, string>>): Promise<(body: unknown) => Promise<number>> {
  const base = await prepare({ ...environment(), ...env }, "test");
  running.push(await startWorker(base));
  const web = await startWeb(base);
  running.push(web);
  const authorization = basic(BOOKINGBUG);
  return async (body) => {
    const url = `http://127.0.0.1:${web.port}/notifications/bookings`;
    const response = await fetch(url, { method: "POST", headers: { authorization }, body: JSON.stringify(body) });
    return response.status;
  };
}

const appointments = (): unknown[] => sandbox.salesforce.records("Event").map(({ values }) => values.StartDateTime);

describe("a Redis with TLS and a certificate that it signed itself", () => {
  let topology: Topology;
  beforeAll(async () => {
    topology = await startTlsRedis();
  });
  afterAll(() => topology.stop());

  it.each([
    ["on a Heroku dyno", { DYNO: "web.1" }],
    ["where REDIS_TLS_REJECT_UNAUTHORIZED is false", { REDIS_TLS_REJECT_UNAUTHORIZED: "false" }],
  ])("carries a notification to the CRM %s", async (_where, env) => {
    const post = await start({ REDIS_URL: topology.url, KEY_PREFIX: `{${Object.keys(env)}}`, ...env });
    expect(await post(sample("purchase-created"))).toBe(202);
    await eventually(() => expect(appointments()).toHaveLength(1));
  });

  it("is not trusted elsewhere", async () => {
    const errors: string[] = [];
    const redis = createRedis({ url: topology.url, verifyTls: true }, "edge", ({ message }) => errors.push(message));
    await eventually(() => expect(errors.join()).toContain("self-signed certificate"));
    redis.disconnect();
  });
});

describe("a Redis behind a Sentinel", () => {
  let topology: Topology;
  beforeAll(async () => {
    topology = await startSentinel();
  });
  afterAll(() => topology.stop());

  it("carries notifications to the CRM, before its primary dies and after a replica has taken over", async () => {
    const post = await start({ REDIS_URL: topology.url });
    expect(await post(sample("purchase-created"))).toBe(202);
    await eventually(() => expect(appointments()).toHaveLength(1));
    await topology.killPrimary();
    const moved = movedTo(sample("purchase-created"), "2036-03-11T09:00:00+00:00", "2036-03-11T09:30:00+00:00");
    await eventually(async () => expect(await post(moved)).toBe(202));
    await eventually(() => expect(appointments()).toEqual([expect.stringMatching(/^2036-03-11T09:00:00/)]));
  });
});

describe("a Redis Cluster", () => {
  let topology: Topology;
  beforeAll(async () => {
    topology = await startCluster();
  });
  afterAll(() => topology.stop());

  it("carries a notification to the CRM", async () => {
    const post = await start({ REDIS_URL: topology.url });
    expect(await post(sample("purchase-created"))).toBe(202);
    await eventually(() => expect(appointments()).toHaveLength(1));
  });

  it("keeps the sync log, the failed list and what a purchase is found by", async () => {
    const post = await start({ REDIS_URL: topology.url });
    const redis = createRedis({ url: topology.url, verifyTls: true }, "worker", () => {});
    const syncLog = createSyncLog({ redis, keys: createKeys(), crms: ["salesforce"], retentionDays: 30 });
    sandbox.faults.set([{ crm: "salesforce", match: "composite", action: { type: "status", status: 400, body: [] } }]);
    const body = sample("purchase-created");
    body.id = 77;
    await post(body);
    await eventually(async () => expect(await syncLog.failedCount("salesforce")).toBe(1));
    sandbox.faults.set([]);
    await post(body);
    await eventually(async () => expect(await syncLog.failedCount("salesforce")).toBe(0));
    const outcomes = (await syncLog.timeline("77")).map((entry) => entry.kind === "pass" && entry.outcome);
    // On a slow machine a pass may have been tried again before.
    expect(outcomes.filter((one) => one !== "retrying")).toEqual(["failed", "applied"]);
    expect(await syncLog.find("gladden test", 10)).toContainEqual({ purchaseId: "77", by: "name" });
    redis.disconnect();
  });

  it("is walked through for what it keeps, and judged, by the commands", async () => {
    const where = { REDIS_URL: topology.url, KEY_PREFIX: "{commands}" };
    const post = await start(where);
    await post(sample("purchase-created"));
    await eventually(() => expect(appointments()).toHaveLength(1));
    const env = { ...environment(), ...where, NODE_ENV: "production" };
    const run = async (...args: string[]) => (await runCli(args, env)).out;
    expect(await run("check")).toMatch(/^Ready: /);
    expect(await run("forget", "--client", "3056937")).toMatch(/^Removed:\n {2}1 purchases \(11610441\)/);
    expect(await run("forget", "--client", "3056937")).toMatch(/^Removed:\n {2}0 purchases\n/);
  });

  it("is refused with a key prefix that would scatter a purchase's keys over the nodes", async () => {
    await expect(start({ REDIS_URL: topology.url, KEY_PREFIX: "crm-sync" })).rejects.toThrow(
      /KEY_PREFIX: a Redis Cluster keeps keys together by what is in braces/,
    );
  });
});
