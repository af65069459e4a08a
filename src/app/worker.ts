/** The worker process: brings the CRMs up to date. */
import { createInbox } from "../inbox/inbox.ts";
import { inspectRedis } from "../redis/inspect.ts";
import { type CrmRuntime, createCrmRuntime } from "../sync/crm-runtime.ts";
import { createPacer } from "../sync/pacer.ts";
import { type Base, connect, queueSettings, type Running } from "./base.ts";
import { observing } from "./observability.ts";

const SWEEP_MS = 5_000;
/** Of the time to stop, what is kept for closing connections after the work is done or left. */
const LAST_STEPS_MS = 2_000;
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

function both<T>(first: (value: T) => void, second: (value: T) => void): (value: T) => void {
  return (value) => {
    first(value);
    second(value);
  };
}
