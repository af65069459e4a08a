/**
 * Notifications flow and an operator decides while everything is killed: workers, the web process, Redis. Afterwards
 * everything that was acknowledged must be accounted for, and each CRM must hold what is true, once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { openTools, type Tools } from "../src/app/tools.ts";
import { testEnvironment } from "../test/support/environment.ts";
import { freePorts } from "../test/support/ports.ts";
import { createFleet, type KillOptions, type Kills, type Progress } from "./chaos-fleet.ts";
import { createMemory } from "./chaos-memory.ts";
import { answerAll, createOperator } from "./chaos-operator.ts";
import { mayForget, type RedisMode, startChaosRedis } from "./chaos-redis.ts";
import { type CrmReport, reportOn } from "./chaos-report.ts";
import { happen } from "./chaos-senders.ts";
import { type Family, playFamily } from "./chaos-world.ts";

export interface ChaosOptions extends KillOptions {
  readonly redis: RedisMode;
  readonly families: number;
  /** Notifications of each purchase, at least 2. */
  readonly rounds: number;
  /** Share of CRM requests that fail, from 0 to 1. */
  readonly faults: number;
  /** For all to be acknowledged, and for each kind of kill to happen often enough. */
  readonly postMs: number;
  readonly settleMs: number;
  readonly onProgress: (line: string) => void;
}

export interface ChaosReport {
  readonly acknowledged: number;
  /** Decisions of the operator that were stored, one taken back included; and those that found nothing to decide. */
  readonly decided: number;
  readonly refused: number;
  /** Arrivals Redis has counted: those acknowledged, decided, and those whose acknowledgement was lost with a process. */
  readonly accepted: number;
  /** Acknowledged or decided, and no longer in Redis. */
  readonly forgotten: number;
  readonly kills: Readonly<Kills>;
  /** Where Redis may forget: what was amiss with what was lost, before each purchase was told of once more. */
  readonly losses: CrmReports | undefined;
  /** In the end. */
  readonly crms: CrmReports;
  readonly seconds: number;
}

type CrmReports = Readonly<Record<"salesforce" | "hubspot", CrmReport>>;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const started = Date.now();
  const deadline = started + options.postMs;
  const redis = await startChaosRedis(options.redis);
  const sandbox = await startSandbox();
  const [port = 0] = await freePorts(1);
  const env = environment(redis.url, sandbox, port);
  const progress: Progress = { acknowledged: 0, isOver: false };
  const tools = await openTools({ ...env, LOG_LEVEL: "silent", CRM_TIMEOUT_MS: "10000" });
  const memory = createMemory(tools);
  const operator = createOperator(tools, memory, deadline);
  const fleet = createFleet(options, crashRedis, env, progress);
  const families = Array.from({ length: options.families }, (_, index) => playFamily(index, options.rounds));
  const { onProgress } = options;
  const sending = { url: `http://127.0.0.1:${port}`, operator, memory, progress, deadline, onProgress };

  async function crashRedis(): Promise<void> {
    await redis.crash();
    await memory.look();
  }

  async function toldAgain(): Promise<CrmReports> {
    const stories = families.map(({ again }) => again);
    await happen(stories, sending);
    await settle(tools, options);
    await answerAll(tools, families, operator);
    await settle(tools, options);
    return await reports(tools, sandbox, families);
  }

  try {
    onProgress(`Redis is at ${redis.url}`);
    await fleet.start();
    if (options.faults > 0) sandbox.faults.set(faultRules(options.faults));
    const stories = families.map(({ steps }) => steps);
    await happen(stories, sending);
    progress.isOver = true;
    onProgress(`all ${progress.acknowledged} acknowledged`);
    while (!fleet.killedEnough()) {
      if (Date.now() > deadline) throw new Error(`killed too seldom: ${JSON.stringify(fleet.kills)}`);
      await sleep(100);
    }
    await fleet.stopKilling();
    await memory.look();
    sandbox.faults.set([]);
    await settle(tools, options);
    const { acknowledged } = progress;
    const first = await reports(tools, sandbox, families);
    const losses = mayForget(options.redis) ? first : undefined;
    const crms = losses === undefined ? first : await toldAgain();
    return {
      acknowledged,
      decided: operator.decided,
      refused: operator.refused,
      accepted: Number((await tools.redis.hget(tools.keys.received, "accepted")) ?? 0),
      forgotten: memory.forgotten(),
      kills: fleet.kills,
      losses,
      crms,
      seconds: Math.round((Date.now() - started) / 1000),
    };
  } finally {
    progress.isOver = true;
    await fleet.stop();
    await tools.close();
    await sandbox.close();
    await redis.stop();
  }
}

async function reports(tools: Tools, sandbox: Sandbox, families: readonly Family[]): Promise<CrmReports> {
  return {
    salesforce: await reportOn("salesforce", tools, sandbox, families),
    hubspot: await reportOn("hubspot", tools, sandbox, families),
  };
}

function environment(redisUrl: string, sandbox: Sandbox, port: number): Record<string, string> {
  return {
    ...testEnvironment(redisUrl, sandbox.url),
    PORT: String(port),
    LOG_LEVEL: "info",
    CRM_TIMEOUT_MS: "1000",
    WORKER_LOCK_MS: "1000",
    JOB_BACKOFF_MS: "100",
    PROBE_MS: "500",
    JOB_ATTEMPTS: "100",
  };
}

function faultRules(share: number): Parameters<Sandbox["faults"]["set"]>[0] {
  const each = share / 5;
  return [
    {
      probability: each,
      action: { type: "status", status: 503, body: [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }] },
    },
    {
      probability: each,
      action: { type: "status", status: 429, headers: { "retry-after": "0" }, body: { message: "slow down" } },
    },
    { probability: each, action: { type: "timeout", after: true } },
    { probability: each, action: { type: "reset", after: true } },
    { probability: each, action: { type: "lock" } },
  ];
}

/** Resolves when nothing waits, runs or sits out a backoff, or when there was no more time for it. */
async function settle({ redis, keys, crms }: Tools, { settleMs, onProgress }: ChaosOptions): Promise<void> {
  const deadline = Date.now() + settleMs;
  let shown = 0;
  for (;;) {
    let left = 0;
    for (const { crm, queue } of crms) {
      const counts = await queue.getJobCounts("waiting", "active", "delayed");
      left += (await redis.zcard(keys.pending(crm))) + Object.values(counts).reduce((sum, count) => sum + count, 0);
    }
    if (left === 0 || Date.now() > deadline) return;
    if (Date.now() - shown > 5_000) {
      onProgress(`${left} to settle`);
      shown = Date.now();
    }
    await sleep(200);
  }
}
