/** What an import takes, from the parts of a process. */
import type { ApplyDeps } from "../import/apply-plan.ts";
import { createImportProgress } from "../import/import-progress.ts";
import type { OperateDeps } from "../operate/deps.ts";
import { peopleOf } from "../receiver/people-of.ts";
import { takeReadBack } from "../receiver/read-back.ts";
import type { Base } from "./base.ts";
import { behindLive } from "./behind-live.ts";
import { operateDeps } from "./operate.ts";
import type { Parts } from "./parts.ts";
import { reconcileDeps } from "./reconcile.ts";

export interface Importing extends ApplyDeps, Pick<OperateDeps, "syncLog"> {
  /** As the CRM has said last; undefined while it has not. */
  callsOfDay(crm: string): Promise<number | undefined>;
  close(): Promise<void>;
}

/** @returns undefined where BookingBug's API is not configured */
export function importing(base: Base, parts: Parts): Importing | undefined {
  const reconciling = reconcileDeps(base, parts);
  if (reconciling === undefined) return undefined;
  const { config } = base;
  const { queueSettings, suppression } = parts;
  const operating = operateDeps(base, parts, { pacing: "shared", requestTimeoutMs: config.crmTimeoutMs });
  const { mostWaiting, settings } = behindLive(config, queueSettings);
  const enqueuer = parts.enqueuerWith(settings);
  return {
    ...operating,
    bookingbug: reconciling.bookingbug,
    isForgotten: async (body) => (await suppression.wanted([{ body }], peopleOf)).length === 0,
    progress: createImportProgress(parts),
    take: (readBack) => takeReadBack({ ...parts, enqueuer }, readBack),
    flush: () => enqueuer.flush(),
    mostWaiting,
    async callsOfDay(crm) {
      await parts.counters.flush();
      return (await parts.statistics.limits(crm)).daily?.limit;
    },
    async close() {
      await enqueuer.flush();
      await Promise.all(operating.crms.map(({ connector }) => connector.close()));
    },
  };
}
