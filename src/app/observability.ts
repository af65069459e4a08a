/** What watches a process while it runs: counters are flushed, alerts looked for, the mappings in force noted. */
import { createMonitor } from "../alerts/monitor.ts";
import { createWebhook } from "../alerts/webhook.ts";
import { repeat } from "../redis/repeat.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

/** A changed mapping file shows as changed after this long at most. */
const NOTE_MS = 10_000;

/** @returns what ends it */
export function startWatching(base: Base, parts: Parts): () => Promise<void> {
  const { config, log } = base;
  const onError = (error: unknown): void =>
    log.error({ error: error instanceof Error ? error.name : "unknown" }, "the mappings in force could not be noted");
  const noteMappings = (): Promise<void> => parts.mappingVersions.note(base.mappings.current().set.mappings);
  const send = config.alertWebhookUrl === undefined ? undefined : createWebhook(config.alertWebhookUrl);
  const { alertLagSeconds: lagSeconds, alertSilenceHours: silenceHours } = config;
  const monitor = createMonitor({ ...parts, log, lagSeconds, silenceHours, send });
  noteMappings().catch(onError);
  const stops = [monitor.start(), parts.counters.start(), repeat(noteMappings, NOTE_MS, onError)];
  return async () => {
    for (const stop of stops) await stop();
  };
}
