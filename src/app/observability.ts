/** What a process has to be watched by: counters, alerts, metrics. */

import { createMonitor } from "../alerts/monitor.ts";
import { createWebhook } from "../alerts/webhook.ts";
import { createQueue, type SyncQueue } from "../inbox/queues.ts";
import { startSweeping } from "../inbox/sweeper.ts";
import type { SharedMetricsDeps } from "../metrics/shared-metrics.ts";
import type { ObservedCrm } from "../metrics/snapshot.ts";
import type { RedisClient } from "../redis/client.ts";
import { type Counters, createCounters } from "../stats/counters.ts";
import { createMappingVersions, type MappingVersions } from "../stats/mapping-versions.ts";
import { createStatistics } from "../stats/statistics.ts";
import { createGate } from "../sync/gate.ts";
import { createSyncLog } from "../synclog/sync-log.ts";
import type { Base } from "./base.ts";

/** What metrics, alerts and pages read. */
export interface Observed extends SharedMetricsDeps {
  readonly crms: readonly ObservedCrm[];
  readonly mappingVersions: MappingVersions;
}

export interface Observing extends Observed {
  readonly counters: Counters;
  /** Begins to flush counters and to look for alerts. @returns what ends it */
  start(): () => Promise<void>;
}

/** A changed mapping file shows as changed after this long at most. */
const NOTE_MS = 10_000;

/** @param queues one for each CRM, in the configured order; made here when the process has none */
export function observed(base: Base, redis: RedisClient, queues?: readonly SyncQueue[]): Observed {
  const { config, keys, log } = base;
  const ownQueue = (crm: string): SyncQueue => {
    const queue = createQueue(crm, redis, keys, base.telemetry);
    queue.on("error", (error) => log.error({ crm, error: error.message }, "queue error"));
    return queue;
  };
  const crms = config.crms.map(({ crm, dailyReserve }, index): ObservedCrm => {
    const queue = queues?.[index] ?? ownQueue(crm);
    return { crm, queue, dailyReserve, gate: createGate(redis, keys, crm, queue) };
  });
  const names = crms.map(({ crm }) => crm);
  const syncLog = createSyncLog({ redis, keys, crms: names, retentionDays: config.retentionDays });
  const statistics = createStatistics({ redis, keys });
  return { redis, keys, crms, syncLog, statistics, mappingVersions: createMappingVersions(redis, keys) };
}

export function observing(base: Base, redis: RedisClient, queues?: readonly SyncQueue[]): Observing {
  const { config, keys, log } = base;
  const parts = observed(base, redis, queues);
  const onError = (error: unknown): void =>
    log.error({ error: error instanceof Error ? error.name : "unknown" }, "statistics could not be written");
  const counters = createCounters({ redis, keys, onError });
  const noteMappings = (): Promise<void> => parts.mappingVersions.note(base.mappings.current().set.mappings);
  const send = config.alertWebhookUrl === undefined ? undefined : createWebhook(config.alertWebhookUrl);
  const monitor = createMonitor({ ...parts, counters, log, lagSeconds: config.alertLagSeconds, send });
  return {
    ...parts,
    counters,
    start() {
      noteMappings().catch(onError);
      const stops = [monitor.start(), counters.start(), startSweeping(noteMappings, NOTE_MS, onError)];
      return async () => {
        for (const stop of stops) await stop();
      };
    },
  };
}
