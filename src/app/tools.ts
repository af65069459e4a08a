/** What the commands work with: the same parts as the processes, opened for a moment. */
import type { Audit } from "../audit/audit.ts";
import type { Bulks } from "../bulk/bulks.ts";
import type { Config } from "../config/config.ts";
import type { EnvironmentRecord } from "../config/environment.ts";
import type { Suppression } from "../inbox/suppression.ts";
import type { OperateDeps } from "../operate/deps.ts";
import type { NotedDeps } from "../reconcile/noted.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { createLocks, type Locks } from "../redis/locks.ts";
import type { SchemaSeen } from "../stats/schema-seen.ts";
import type { Statistics } from "../stats/statistics.ts";
import { connect, prepare } from "./base.ts";
import { type DriftOfCrm, driftDeps } from "./drift.ts";
import { type FormerCrm, formerCrms } from "./former-crms.ts";
import { type Importing, importing } from "./import.ts";
import { operateDeps } from "./operate.ts";
import { type ConnectorUse, createParts } from "./parts.ts";
import { reconcileDeps } from "./reconcile.ts";

export interface Tools extends OperateDeps {
  readonly config: Config;
  readonly formerCrms: readonly FormerCrm[];
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly locks: Locks;
  readonly suppression: Suppression;
  readonly audit: Audit;
  /** Jobs on many purchases. */
  readonly bulks: Omit<Bulks, "store" | "close">;
  readonly statistics: Statistics;
  readonly schemas: SchemaSeen;
  /** What a round over a CRM's records takes, opened where it is needed. */
  drift(): readonly DriftOfCrm[];
  /** Undefined where BookingBug's API is not configured. */
  readonly reconciling: NotedDeps | undefined;
  /** Opened where it is needed: its look-ups are paced with the workers'. Undefined where BookingBug's API is not configured. */
  importing(): Importing | undefined;
  /** Queues what was received meanwhile. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A command that needs a purchase for itself waits this long for the pass over it. */
const LOCK_WAIT_MS = 30_000;

/** @throws ConfigError, MappingFileError, NoMappingError */
export async function openTools(
  environment: EnvironmentRecord,
  pacing: ConnectorUse["pacing"] = "alone",
): Promise<Tools> {
  const base = await prepare({ LOG_LEVEL: "error", ...environment }, "crm-sync");
  const parts = createParts(base, connect(base, "worker"));
  const { config } = base;
  const { redis, keys, enqueuer, suppression, audit, bulks, statistics, schemas } = parts;
  const former = formerCrms(base, parts);
  return {
    ...operateDeps(base, parts, { pacing, requestTimeoutMs: config.crmTimeoutMs }),
    config,
    formerCrms: former,
    redis,
    keys,
    suppression,
    audit,
    bulks,
    statistics,
    schemas,
    reconciling: reconcileDeps(base, parts),
    drift: () => driftDeps(base, parts),
    importing: () => importing(base, parts),
    locks: createLocks({ redis, keys, ttlMs: config.workerLockMs, waitMs: LOCK_WAIT_MS }),
    flush: () => enqueuer.flush(),
    async close() {
      await Promise.all(former.map(({ queue }) => queue.close()));
      await parts.close();
      await base.stopRedis();
    },
  };
}
