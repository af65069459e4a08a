/** The worker process: brings the CRMs up to date. */
import { inspectRedis } from "../redis/inspect.ts";
import { startCrmWorker } from "../sync/crm-worker.ts";
import { type Base, connect, type Running } from "./base.ts";
import { startWatching } from "./observability.ts";
import { createParts } from "./parts.ts";

/** Of the time to stop, what is kept for closing connections after the work is done or left. */
const LAST_STEPS_MS = 2_000;

export async function startWorker(base: Base): Promise<Running> {
  const { config, log } = base;
  const parts = createParts(base, connect(base, "worker"));
  for (const { message } of await inspectRedis(parts.redis)) log.warn(message);
  const workers = await Promise.all(
    parts.crms.map((crm) =>
      startCrmWorker({
        ...parts,
        ...crm,
        connector: crm.connect({ pacing: "shared", requestTimeoutMs: config.crmTimeoutMs }),
        log,
        mappings: () => base.mappings.current().set,
        telemetry: base.telemetry,
        policy: config.policy,
        concurrency: config.workerConcurrency,
        lockMs: config.workerLockMs,
        backoffMs: config.jobBackoffMs,
        probeMs: config.probeMs,
      }),
    ),
  );
  const stopWatching = startWatching(base, parts);
  const unwatch = base.mappings.watch();
  log.info({ crms: parts.crms.map(({ crm }) => crm) }, "bringing CRMs up to date");

  return {
    async stop() {
      unwatch();
      await Promise.all(workers.map((worker) => worker.stop(Math.max(0, config.shutdownMs - LAST_STEPS_MS))));
      await stopWatching();
      await parts.close();
    },
  };
}
