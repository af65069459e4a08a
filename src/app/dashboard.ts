/** Makes the dashboard from the parts that the web process has. */
import type { RequestHandler, Router } from "express";
import { createAdmin } from "../admin/admin.ts";
import { lookAtSender } from "../metrics/sender.ts";
import { takeSnapshot } from "../metrics/snapshot.ts";
import { crmOf } from "../operate/deps.ts";
import type { Base } from "./base.ts";
import { behindLive } from "./behind-live.ts";
import { operateDeps } from "./operate.ts";
import type { Parts } from "./parts.ts";

/** A page does not wait longer for a CRM. */
const CRM_MS = 8_000;

/** @param guard lets in who has the admin's credentials @returns the router to mount at `/admin` */
export function createDashboard(base: Base, parts: Parts, guard: RequestHandler): Router {
  const { config, log } = base;
  const { redis, keys, syncLog, quarantine, statistics, mappingVersions, walks, verdicts, audit } = parts;
  return createAdmin({
    ...operateDeps(base, parts, { pacing: "shared", requestTimeoutMs: Math.min(CRM_MS, config.crmTimeoutMs) }),
    admin: config.admin[0],
    guard,
    statistics,
    mappingVersions,
    walks,
    verdicts,
    plan: { every: config.reconcileEvery, companies: config.bookingbugApi?.companies },
    sender: () => lookAtSender(redis, keys),
    snapshot: (crm) => takeSnapshot(redis, keys, crmOf(parts, crm)),
    async counts() {
      const failed = await Promise.all(parts.crms.map(({ crm }) => syncLog.failedCount(crm)));
      return { failed: failed.reduce((sum, count) => sum + count, 0), quarantined: await quarantine.count() };
    },
    audit,
    bulks: parts.bulks,
    pace: behindLive(config, parts.queueSettings),
    log,
  });
}
