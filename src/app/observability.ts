/** What watches a process while it runs: counters are flushed, alerts looked for, the mappings in force noted. */
import { createDaily } from "../alerts/daily.ts";
import { createMonitor } from "../alerts/monitor.ts";
import { repeat } from "../redis/repeat.ts";
import type { ProcessKind } from "../stats/processes.ts";
import type { Base } from "./base.ts";
import { createHealthCheck, keepAlive } from "./health.ts";
import { outletsOf } from "./outlets.ts";
import type { Parts } from "./parts.ts";

/** A changed mapping file shows as changed after this long at most. */
const NOTE_MS = 10_000;
/** What the audit trail and the quarantine may not keep any longer is there for this long at most. */
const TRIM_MS = 3_600_000;

/** @returns what ends it */
export function startWatching(kind: ProcessKind, base: Base, parts: Parts): () => Promise<void> {
  const { config, log } = base;
  const onError = (error: unknown): void =>
    log.error({ error: error instanceof Error ? error.name : "unknown" }, "the mappings in force could not be noted");
  const noteMappings = (): Promise<void> => parts.mappingVersions.note(base.mappings.current());
  const onUntrimmed = (error: unknown): void =>
    log.error({ error: String(error) }, "the audit trail and the quarantine could not be trimmed");
  const trim = (): Promise<unknown> => Promise.all([parts.audit.trim(), parts.quarantine.age()]);
  const { dashboardUrl } = config;
  const outlets = outletsOf(config, log);
  const told = { ...parts, ...createHealthCheck(base, parts), log, outlets, dashboardUrl };
  const monitor = createMonitor(told);
  const { alertSummaryAt: at, alertTimeZone: zone } = config;
  const daily = at === undefined ? [] : [createDaily({ ...told, at, zone }).start()];
  noteMappings().catch(onError);
  trim().catch(onUntrimmed);
  const trimming = repeat(trim, TRIM_MS, onUntrimmed);
  const stops = [...daily, monitor.start(), parts.counters.start(), repeat(noteMappings, NOTE_MS, onError), trimming];
  const leave = keepAlive(kind, base, parts);
  return async () => {
    leave();
    for (const stop of stops) await stop();
  };
}
