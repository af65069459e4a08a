/** Makes the dashboard from what the web process has. */
import type { RequestHandler, Router } from "express";
import type { CallReport } from "../../connectors/connector.ts";
import { createAdmin } from "../admin/admin.ts";
import { createAudit } from "../admin/audit.ts";
import type { CrmDeps } from "../admin/deps.ts";
import type { ChosenCrm } from "../config/crms.ts";
import type { Enqueuer } from "../inbox/enqueuer.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { createQuarantine } from "../inbox/quarantine.ts";
import type { SyncQueue } from "../inbox/queues.ts";
import { type ObservedCrm, takeSnapshot } from "../metrics/snapshot.ts";
import { createOperate } from "../operate/retry.ts";
import { receive } from "../receiver/receive.ts";
import { createLedger } from "../sync/ledger.ts";
import { createPacer } from "../sync/pacer.ts";
import { type Base, queueSettings } from "./base.ts";
import type { Observing } from "./observability.ts";

export interface WebParts {
  readonly inbox: Inbox;
  readonly enqueuer: Enqueuer;
  readonly queueOf: (crm: string) => SyncQueue;
  readonly watch: Observing;
}

/** A page does not wait longer for a CRM. */
const CRM_MS = 8_000;

/** @param guard lets in who has the admin's credentials @returns the router to mount at `/admin` */
export function openAdmin(base: Base, guard: RequestHandler, parts: WebParts): Router {
  const { config, log } = base;
  const { inbox, enqueuer, watch } = parts;
  const { redis, keys, syncLog, statistics } = watch;
  const quarantine = createQuarantine(redis, keys);
  const crms = config.crms.map((chosen) => crmDeps(base, parts, chosen));
  const settings = queueSettings(config);

  return createAdmin({
    admin: config.admin,
    production: config.production,
    guard,
    crms,
    inbox,
    quarantine,
    syncLog,
    statistics,
    operate: createOperate({
      syncLog,
      queues: new Map(crms.map(({ crm, queue }) => [crm, queue])),
      settings,
    }),
    snapshot: (crm) => takeSnapshot(redis, keys, observedCrm(watch, crm)),
    mappings: base.mappings,
    mappingVersions: watch.mappingVersions,
    receiveAgain: ({ route, contentType, body }) =>
      receive(
        { inbox, enqueuer, log, maxBodyBytes: config.maxBodyBytes },
        { route, contentType, contentEncoding: undefined, upload: { kind: "whole", bytes: body } },
      ),
    async counts() {
      const failed = await Promise.all(crms.map(({ crm }) => syncLog.failedCount(crm)));
      return { failed: failed.reduce((sum, count) => sum + count, 0), quarantined: await quarantine.count() };
    },
    audit: createAudit(log),
    log,
  });
}

function crmDeps(base: Base, { queueOf, watch }: WebParts, chosen: ChosenCrm): CrmDeps {
  const { config, log } = base;
  const { redis, keys, counters } = watch;
  const { crm, limits, dailyReserve, connect } = chosen;
  const onError = (error: unknown): void => log.error({ crm, error: String(error) }, "pacing failed");
  const pacer = createPacer({ redis, keys, crm, limits, dailyReserve, onError });
  const onCall = (report: CallReport): void => counters.call(crm, report);
  return {
    crm,
    queue: queueOf(crm),
    ledger: createLedger({ redis, keys, crm, retentionDays: config.ledgerRetentionDays }),
    connector: connect({ pacer, log, onCall, requestTimeoutMs: Math.min(CRM_MS, config.crmTimeoutMs) }),
  };
}

function observedCrm({ crms }: Observing, name: string): ObservedCrm {
  const found = crms.find(({ crm }) => crm === name);
  if (found === undefined) throw new Error(`${name} is not observed.`);
  return found;
}
