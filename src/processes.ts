/** What the web and the worker process are made of. `npm start` runs both in one. */
import { join } from "node:path";
import type { Telemetry } from "bullmq";
import type { Logger } from "pino";
import { type CallReport, unpaced } from "../connectors/connector.ts";
import { connectors } from "../connectors/index.ts";
import { signIn } from "./admin/access/sign-in.ts";
import { createThrottle } from "./admin/access/throttle.ts";
import type { Check } from "./admin/health.ts";
import { openAdmin } from "./admin/open-admin.ts";
import { spared } from "./admin/spared.ts";
import { type Config, loadConfig } from "./config/config.ts";
import { startEmbeddedRedis } from "./config/embedded-redis.ts";
import { createLog } from "./config/log.ts";
import { createRedis, type RedisClient, type RedisTarget } from "./config/redis.ts";
import { createTelemetry } from "./config/telemetry.ts";
import { closeServer, createHttpServer, listen } from "./http/server.ts";
import { createEnqueuer } from "./inbox/enqueuer.ts";
import { createInbox } from "./inbox/inbox.ts";
import { createKeys, type Keys } from "./inbox/keys.ts";
import { createQueue, type QueueSettings, queueName, type SyncQueue } from "./inbox/queues.ts";
import { type LiveMappings, openMappings } from "./mapping/live.ts";
import { createMappingsCheck, logMappings } from "./mappings-report.ts";
import { createExposition } from "./metrics/exposition.ts";
import { createMetricsRouter } from "./metrics/router.ts";
import { observing } from "./observe.ts";
import { createReceiptCounter } from "./receiver/count.ts";
import { type CrmRuntime, createCrmRuntime } from "./sync/crm-runtime.ts";
import { createGate } from "./sync/gate.ts";
import { createPacer } from "./sync/pacer.ts";
import { inspectRedis } from "./sync/redis-check.ts";
import { createWebApp } from "./web-app.ts";

/** The parts that both processes share. */
export interface Base {
  /** Of the process. */
  readonly name: string;
  readonly config: Config;
  readonly log: Logger;
  readonly keys: Keys;
  readonly redis: RedisTarget;
  /** Followed by the processes while they run; what is in force may change at any time. */
  readonly mappings: LiveMappings;
  /** Undefined while jobs are not traced. */
  readonly telemetry: Telemetry | undefined;
  readonly stopRedis: () => Promise<void>;
}

export interface Running {
  /** Finishes or returns the work in hand. */
  stop(): Promise<void>;
}

const SWEEP_MS = 5_000;
/** Of the time to stop, what is kept for closing connections after the work is done or left. */
const LAST_STEPS_MS = 2_000;
/** A readiness check waits no longer than this for a CRM. */
const READINESS_MS = 2_000;
/** Anybody may ask for readiness; the CRM is asked no oftener than this. */
const READINESS_EVERY_MS = 5_000;

/** @throws ConfigError, MappingFileError, NoMappingError: the process cannot do its work */
export async function prepare(environment: Readonly<Record<string, string | undefined>>, name: string): Promise<Base> {
  const config = loadConfig(environment, connectors);
  const log = createLog(config, name);
  const mappings = await openMappings({
    folder: config.mappingsDir,
    crms: config.crms.map(({ crm }) => crm),
    onChange: logMappings(log),
  });
  const { redis, stopRedis } = await findRedis(config);
  return {
    name,
    config,
    log,
    keys: createKeys(config.keyPrefix),
    redis,
    mappings,
    telemetry: await createTelemetry(config.tracing),
    stopRedis,
  };
}

async function findRedis({ redis }: Config): Promise<{ redis: RedisTarget; stopRedis: () => Promise<void> }> {
  if (redis.kind === "external") return { redis, stopRedis: async () => {} };
  const embedded = await startEmbeddedRedis(join(redis.dataDir, "redis"));
  return { redis: { url: embedded.url, verifyTls: true }, stopRedis: embedded.stop };
}

export async function startWeb(base: Base): Promise<Running & { readonly port: number }> {
  const { config, log, keys } = base;
  const redis = connect(base, "edge");
  const queueRedis = connect(base, "worker");
  const crms = config.crms.map(({ crm }) => crm);
  const queues = crms.map((crm) => createQueue(crm, queueRedis, keys, base.telemetry));
  for (const queue of queues) queue.on("error", (error) => log.error({ error: error.message }, "queue error"));
  const inbox = createInbox({ redis, keys, crms, retentionDays: config.retentionDays });
  const onError = (error: unknown): void =>
    log.error({ error: String(error) }, "queueing failed; the sweeper repairs it");
  const enqueuer = createEnqueuer({ queues, settings: queueSettings(config), onError });
  const watch = observing(base, redis, queues);
  const checks: Record<string, Check> = {
    redis: async () => ({ ok: (await redis.ping()) === "PONG" }),
    mappings: createMappingsCheck(base.mappings),
  };
  for (const { crm, connect: connectTo } of config.crms) {
    const gate = createGate(redis, keys, crm, queueOf(queues, crm));
    const onCall = (report: CallReport): void => watch.counters.call(crm, report);
    const services = { pacer: unpaced, log, onCall, requestTimeoutMs: READINESS_MS };
    const connector = connectTo(services);
    const probe = spared(READINESS_EVERY_MS, () => connector.probe());
    checks[crm] = async () => {
      const obstacle = await gate.check({ ...connector, probe });
      return obstacle === undefined ? { ok: true } : { ok: false, detail: obstacle };
    };
  }
  const { bookingbug, maxBodyBytes, trustedProxies } = config;
  const guard = signIn(config.admin, createThrottle(redis, keys), log);
  const parts = { inbox, enqueuer, queueOf: (crm: string) => queueOf(queues, crm), watch };
  const app = createWebApp({
    ...{ bookingbug, maxBodyBytes, trustedProxies, inbox, enqueuer, checks, log },
    onReceipt: createReceiptCounter(watch.counters),
    metrics: [guard, createMetricsRouter(createExposition(base.name, watch))],
    admin: openAdmin(base, guard, parts),
  });
  const server = createHttpServer(app);
  const port = await listen(server, config.port, "PORT");
  const stopWatching = watch.start();
  const unwatch = base.mappings.watch();
  log.info({ port, crms }, "receiving notifications");

  return {
    port,
    async stop() {
      unwatch();
      await closeServer(server);
      await enqueuer.flush();
      await stopWatching();
      await Promise.all(queues.map((queue) => queue.close()));
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

export async function startWorker(base: Base): Promise<Running & { readonly runtimes: readonly CrmRuntime[] }> {
  const { config, log, keys } = base;
  const redis = connect(base, "worker");
  const crms = config.crms.map(({ crm }) => crm);
  const inbox = createInbox({ redis, keys, crms, retentionDays: config.retentionDays });
  const watch = observing(base, redis);
  const { counters, syncLog } = watch;
  const runtimes = config.crms.map(({ crm, limits, dailyReserve, connect: connectTo }) => {
    const onError = (error: unknown): void => log.error({ crm, error: String(error) }, "pacing failed");
    const pacer = createPacer({ redis, keys, crm, limits, dailyReserve, onError });
    return createCrmRuntime({
      crm,
      redis,
      keys,
      inbox,
      syncLog,
      counters,
      connect: connectTo,
      pacer: { ...pacer, observe: both(pacer.observe, (report) => counters.limit(crm, report)) },
      onCall: both(
        (report) => counters.call(crm, report),
        (report) => log.debug({ crm, ...report }, "CRM call"),
      ),
      log,
      mappings: () => base.mappings.current().set,
      telemetry: base.telemetry,
      policy: config.policy,
      queueSettings: queueSettings(config),
      requestTimeoutMs: config.crmTimeoutMs,
      ledgerRetentionDays: config.ledgerRetentionDays,
      concurrency: config.workerConcurrency,
      lockMs: config.workerLockMs,
      backoffMs: config.jobBackoffMs,
      probeMs: config.probeMs,
      sweepEveryMs: SWEEP_MS,
    });
  });
  for (const { message } of await inspectRedis(redis)) log.warn(message);
  await Promise.all(runtimes.map((runtime) => runtime.start()));
  const stopWatching = watch.start();
  const unwatch = base.mappings.watch();
  log.info({ crms }, "bringing CRMs up to date");

  return {
    runtimes,
    async stop() {
      unwatch();
      await Promise.all(runtimes.map((runtime) => runtime.stop(Math.max(0, config.shutdownMs - LAST_STEPS_MS))));
      await stopWatching();
      await Promise.all(watch.crms.map(({ queue }) => queue.close()));
      redis.disconnect();
    },
  };
}

/** A connection to the process' Redis. */
export function connect({ redis, log }: Base, purpose: "edge" | "worker"): RedisClient {
  return createRedis(redis, purpose, (error) => log.warn({ error: error.message }, "Redis connection"));
}

/** How jobs are added. */
export function queueSettings(config: Config): QueueSettings {
  return { attempts: config.jobAttempts, failedDays: config.retentionDays };
}

function both<T>(first: (value: T) => void, second: (value: T) => void): (value: T) => void {
  return (value) => {
    first(value);
    second(value);
  };
}

function queueOf(queues: readonly SyncQueue[], crm: string): SyncQueue {
  const queue = queues.find((one) => one.name === queueName(crm));
  if (queue === undefined) throw new Error(`There is no queue for ${crm}.`);
  return queue;
}
