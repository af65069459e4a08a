/** Makes the dashboard from the parts that the web process has. */
import type { RequestHandler, Router } from "express";
import { createAdmin } from "../admin/admin.ts";
import { takeSnapshot } from "../metrics/snapshot.ts";
import { crmOf } from "../operate/deps.ts";
import type { Base } from "./base.ts";
import { behindLive } from "./behind-live.ts";
import { driftShown } from "./drift.ts";
import { createHealthCheck } from "./health.ts";
import { operateDeps } from "./operate.ts";
import type { Parts } from "./parts.ts";

/** A page does not wait longer for a CRM. */
const CRM_MS = 8_000;

/** @param guard lets in who may @param signInPage where there is one @returns the router to mount at `/admin` */
export function createDashboard(
  base: Base,
  parts: Parts,
  guard: RequestHandler,
  signInPage: RequestHandler | undefined,
): Router {
  const { config, log } = base;
  const { redis, keys, syncLog, quarantine, statistics, mappingVersions, walks, schemas, audit, announced } = parts;
  return createAdmin({
    ...operateDeps(base, parts, { pacing: "shared", requestTimeoutMs: Math.min(CRM_MS, config.crmTimeoutMs) }),
    admin: config.admin[0],
    guard,
    signInPage,
    statistics,
    mappingVersions,
    announced,
    walks,
    schemas,
    drift: driftShown(base, parts),
    plan: { every: config.reconcileEvery, companies: config.bookingbugApi?.companies },
    snapshot: (crm) => takeSnapshot(redis, keys, crmOf(parts, crm)),
    health: createHealthCheck(base, parts),
    ping: () => redis.ping(),
    async counts() {
      const [listed, quarantined, pauses] = await Promise.all([
        Promise.all(parts.crms.map(({ crm }) => syncLog.failedCounts(crm))),
        quarantine.count(),
        Promise.all(parts.crms.map(async ({ crm, gate }) => ({ crm, state: await gate.pausedByHand() }))),
      ]);
      return {
        failed: listed.reduce((sum, { failed }) => sum + failed, 0),
        held: listed.reduce((sum, { held }) => sum + held, 0),
        quarantined,
        paused: pauses.flatMap(({ crm, state }) => (state === undefined ? [] : { crm, state })),
      };
    },
    audit,
    bulks: parts.bulks,
    pace: behindLive(config, parts.queueSettings),
    log,
  });
}
