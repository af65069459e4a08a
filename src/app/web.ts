/** The web process: receives notifications, shows the dashboard. */
import { type CallReport, unpaced } from "../../connectors/connector.ts";
import { signIn } from "../admin/access/sign-in.ts";
import { createThrottle } from "../admin/access/throttle.ts";
import type { Check } from "../http/health.ts";
import { closeServer, createHttpServer, listen } from "../http/server.ts";
import { spared } from "../http/spared.ts";
import { createEnqueuer } from "../inbox/enqueuer.ts";
import { createInbox } from "../inbox/inbox.ts";
import { createQueue, queueName, type SyncQueue } from "../inbox/queues.ts";
import { createExposition } from "../metrics/exposition.ts";
import { createMetricsRouter } from "../metrics/router.ts";
import { createReceiptCounter } from "../receiver/count.ts";
import { createGate } from "../sync/gate.ts";
import { type Base, connect, queueSettings, type Running } from "./base.ts";
import { openAdmin } from "./dashboard.ts";
import { createMappingsCheck } from "./mappings-report.ts";
import { observing } from "./observability.ts";
import { createWebApp } from "./web-app.ts";

/** A readiness check waits no longer than this for a CRM. */
const READINESS_MS = 2_000;
/** Anybody may ask for readiness; the CRM is asked no oftener than this. */
const READINESS_EVERY_MS = 5_000;

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

function queueOf(queues: readonly SyncQueue[], crm: string): SyncQueue {
  const queue = queues.find((one) => one.name === queueName(crm));
  if (queue === undefined) throw new Error(`There is no queue for ${crm}.`);
  return queue;
}
