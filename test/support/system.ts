/** The whole system as deployed, in one process: real Redis, the sandbox's HTTP, the web application and workers. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/server.ts";
import { type Base, prepare, type Running } from "../../src/app/base.ts";
import { startWeb } from "../../src/app/web.ts";
import { startWorker } from "../../src/app/worker.ts";
import type { CallbackRoute } from "../../src/booking/types.ts";
import { createQueue, type SyncQueue } from "../../src/inbox/queues.ts";
import type { LiveMappings } from "../../src/mapping/live.ts";
import { createKeys, type Keys } from "../../src/redis/keys.ts";
import { BOOKINGBUG, basic, testEnvironment } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { startTestRedis, type TestRedis } from "./redis.ts";

export interface TestSystem {
  readonly url: string;
  /** What the system was configured with, for processes beside it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  readonly redis: Redis;
  readonly server: TestRedis;
  readonly keys: Keys;
  readonly queues: Readonly<Record<string, SyncQueue>>;
  /** Posts a notification as BookingBug does. */
  post(route: CallbackRoute, body: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Resolves when nothing waits, runs or sits out a backoff. */
  quiet(): Promise<void>;
  /** Posts, and waits until the CRMs have what there is to have. */
  deliver(route: CallbackRoute, body: unknown): Promise<void>;
  /** Messages of the jobs that failed for good. */
  failures(crm: string): Promise<string[]>;
  /** Empties Redis and the sandbox between tests. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What is known once the sandbox is there. */
  readonly envAt?: (sandboxUrl: string) => Readonly<Record<string, string>>;
  /** Takes what is logged, which is dropped otherwise. */
  readonly log?: Logger;
  readonly sandbox?: SandboxOptions;
  /** Web processes, which notifications are posted to in turn; `url` is the first one's. */
  readonly webs?: number;
  /** In place of those of the folder. */
  readonly mappings?: LiveMappings;
  /** Worker instances, each with connections of its own, as processes would have. */
  readonly workers?: number;
}

const AUTHORIZATION = basic(BOOKINGBUG);

export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const server = await startTestRedis();
  const sandbox = await startSandbox(options.sandbox);
  const environment = {
    ...testEnvironment(server.url, sandbox.url),
    DATA_DIR: await mkdtemp(join(tmpdir(), "data-")),
    LOG_LEVEL: "silent",
    CRM_TIMEOUT_MS: "10000",
    WORKER_LOCK_MS: "2000",
    WORKER_CONCURRENCY: "50",
    SHUTDOWN_MS: "3000",
    JOB_BACKOFF_MS: "20",
    PROBE_MS: "200",
    ...options.env,
    ...options.envAt?.(sandbox.url),
  };
  const prepared = await prepare(environment, "test");
  const { log = prepared.log, mappings = prepared.mappings } = options;
  const base: Base = { ...prepared, log, mappings };
  const web = await startWeb(base);
  const webs = [web];
  while (webs.length < (options.webs ?? 1)) webs.push(await startWeb(base));
  let posted = 0;
  const workers: Running[] = [];
  for (let i = 0; i < (options.workers ?? 1); i += 1) workers.push(await startWorker(base));
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const keys = createKeys(base.config.keyPrefix);
  const crms = base.config.crms.map(({ crm }) => crm);
  const queues = Object.fromEntries(crms.map((crm) => [crm, createQueue(crm, redis, keys)]));
  const url = `http://127.0.0.1:${web.port}`;

  /** As a patient sender: a machine that is held up asks to come again, and nothing was stored then. */
  async function post(route: CallbackRoute, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    for (;;) {
      const answer = await postOnce(route, body);
      if (answer.status !== 503) return answer;
      await sleep(200);
    }
  }

  async function postOnce(
    route: CallbackRoute,
    body: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    posted += 1;
    const { port } = webs[posted % webs.length] ?? web;
    const response = await fetch(`http://127.0.0.1:${port}/notifications/${route}`, {
      method: "POST",
      headers: { authorization: AUTHORIZATION, "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function busy(): Promise<string[]> {
    const found: string[] = [];
    for (const [crm, queue] of Object.entries(queues)) {
      const pending = await redis.zcard(keys.pending(crm));
      if (pending > 0) found.push(`${crm}: ${pending} pending`);
      const counts = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
      for (const [state, count] of Object.entries(counts)) if (count > 0) found.push(`${crm}: ${count} ${state}`);
    }
    return found;
  }

  async function quiet(): Promise<void> {
    await eventually(async () => {
      const still = await busy();
      if (still.length > 0) throw new Error(`not quiet: ${still.join(", ")}`);
    });
  }

  return {
    url,
    environment,
    sandbox,
    redis,
    server,
    keys,
    queues,
    post,
    quiet,
    async deliver(route, body) {
      const { status, body: receipt } = await post(route, body);
      if (status !== 202) throw new Error(`refused with ${status}: ${JSON.stringify(receipt)}`);
      await quiet();
    },
    async failures(crm) {
      const jobs = (await queues[crm]?.getFailed()) ?? [];
      return jobs.map((job) => job.failedReason ?? "");
    },
    async reset() {
      await redis.flushall();
      sandbox.salesforce.reset();
      sandbox.hubspot.reset();
      sandbox.faults.set([]);
    },
    async stop() {
      await Promise.all(webs.map((one) => one.stop()));
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
      redis.disconnect();
      await sandbox.close();
      await server.stop();
    },
  };
}
