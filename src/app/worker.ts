/** The worker process: brings the CRMs up to date. */
import { startBulkWork } from "../bulk/working.ts";
import { noteAsked } from "../drift/asked.ts";
import { startDriftWork } from "../drift/working.ts";
import { startPosting } from "../events/posting.ts";
import { startSchemaWatch } from "../operate/schema/watch.ts";
import { startAsking } from "../reconcile/asking.ts";
import { startSchedule } from "../reconcile/schedule.ts";
import { inspectRedis } from "../redis/inspect.ts";
import { startCrmWorker } from "../sync/crm-worker.ts";
import { createTrials } from "../sync/trials.ts";
import { type Base, connect, type Running } from "./base.ts";
import { bulkDeps } from "./bulk.ts";
import { driftDeps } from "./drift.ts";
import { watchHeap } from "./heap.ts";
import { startWatching } from "./observability.ts";
import { createParts } from "./parts.ts";
import { askDeps, reconcileDeps } from "./reconcile.ts";
import { startTrialProcess } from "./trial.ts";

/** A trial that gives no sign of life for so long stands still, however short the locks are. */
const LEAST_SILENCE_MS = 10_000;
/** Of the time to stop, what is kept for closing connections after the work is done or left. */
const LAST_STEPS_MS = 2_000;
const HOUR_MS = 3_600_000;

export async function startWorker(base: Base): Promise<Running> {
  const { config, log } = base;
  const parts = createParts(base, connect(base, "worker"));
  for (const { message } of await inspectRedis(parts.redis)) log.warn(message);
  const silenceMs = Math.max(config.workerLockMs, LEAST_SILENCE_MS);
  const trials = createTrials({ start: () => startTrialProcess(base), silenceMs });
  const heap = watchHeap();
  const workers = await Promise.all(
    parts.crms.map((crm) => {
      const connector = crm.connect({ pacing: "shared", requestTimeoutMs: config.crmTimeoutMs });
      return startCrmWorker({
        ...parts,
        ...crm,
        connector,
        noteAsked: (asked) => noteAsked({ store: crm.drift.store, connector }, asked),
        log,
        trials,
        mappings: () => base.mappings.current().set,
        telemetry: base.telemetry,
        policy: config.policy,
        concurrency: config.workerConcurrency,
        isTight: heap.isTight,
        lockMs: config.workerLockMs,
        backoffMs: config.jobBackoffMs,
        probeMs: config.probeMs,
      });
    }),
  );
  const reconciling = reconcileDeps(base, parts);
  const asking = startAsking({
    ...parts,
    log,
    asking: askDeps(base, parts, reconciling),
    lockMs: config.workerLockMs,
    backoffMs: config.jobBackoffMs,
  });
  const bulk = bulkDeps(base, parts);
  const bulkWork = startBulkWork({ ...parts, log, bulk, lockMs: config.workerLockMs, backoffMs: config.jobBackoffMs });
  const { eventsHook: hook } = config;
  const often = { lockMs: config.workerLockMs, backoffMs: config.jobBackoffMs };
  const posting = hook === undefined ? [] : [startPosting({ ...parts, log, hook, ...often })];
  const looked = parts.crms.map(({ connect: open, ...crm }) => ({
    ...crm,
    open: () => open({ pacing: "shared", requestTimeoutMs: config.crmTimeoutMs }),
  }));
  const schedule = await startSchedule({
    ...parts,
    log,
    every: config.reconcileEvery,
    reconciling,
    companies: config.bookingbugApi?.companies ?? [],
  });
  const schemaDeps = { ...parts, crms: looked, mappings: base.mappings, seen: parts.schemas, log };
  const unwatchSchemas = startSchemaWatch(schemaDeps, config.schemaCheckHours);
  const drift = driftDeps(base, parts);
  const driftWork = startDriftWork({ ...parts, crms: drift, log, everyMs: config.driftSweepHours * HOUR_MS });
  const stopWatching = startWatching("worker", base, parts);
  const unwatch = base.mappings.watch();
  log.info({ crms: parts.crms.map(({ crm }) => crm) }, "bringing CRMs up to date");

  return {
    async stop() {
      unwatch();
      unwatchSchemas();
      const graceMs = Math.max(0, config.shutdownMs - LAST_STEPS_MS);
      await Promise.all(
        [...workers, schedule, asking, bulkWork, driftWork, ...posting].map((one) => one.stop(graceMs)),
      );
      heap.stop();
      trials.stop();
      await bulk.close();
      await Promise.all(drift.map((one) => one.close()));
      await stopWatching();
      await parts.close();
    },
  };
}
