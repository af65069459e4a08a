/** What the verdict is made of: read from Redis, the same for every process. */

import { type DriftFigures, driftFigures } from "../drift/figures.ts";
import type { DriftStore } from "../drift/store.ts";
import type { SchemaIssue } from "../mapping/schema-issue.ts";
import { lookAtSender, type Sender } from "../metrics/sender.ts";
import { type ObservedCrm, type Snapshot, takeSnapshot } from "../metrics/snapshot.ts";
import type { History } from "../reconcile/history.ts";
import { type Plan, type Standing, standingOf } from "../reconcile/standing.ts";
import { countUnanswered } from "../reconcile/unanswered.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { Processes, SeenProcesses } from "../stats/processes.ts";
import type { SchemaSeen } from "../stats/schema-seen.ts";
import type { Limit, Passes, Statistics } from "../stats/statistics.ts";
import type { CauseKind } from "../synclog/cause.ts";
import type { SyncLog } from "../synclog/sync-log.ts";

export interface CrmFacts {
  readonly crm: string;
  readonly snapshot: Snapshot;
  /** Of the last minutes. */
  readonly passes: Passes;
  /** Purchases on the failed list: those that failed, and those that wait for a person and for nothing else. */
  readonly failed: number;
  readonly held: number;
  /** How many causes those have. */
  readonly causes: Readonly<Record<CauseKind, number>>;
  readonly daily: Limit | undefined;
  readonly dailyReserve: number;
  /** What people did to its records, as the rounds over them found it. */
  readonly drift: DriftFigures;
  /** What of its objects no longer suits the mappings, when it was last asked. */
  readonly schema: readonly SchemaIssue[];
}

export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly crms: readonly CrmFacts[];
  readonly processes: SeenProcesses;
  readonly sender: Sender;
  readonly quarantine: { readonly count: number; readonly lastHour: number };
  readonly standing: Standing;
  /** Questions to BookingBug that were given up, and that no walk has made good since. */
  readonly unanswered: number;
  /** What a person was told of and is not over: what has a threshold ends well below it, not at it. */
  readonly announced: ReadonlySet<string>;
}

/** From where on something is wrong. */
export interface Limits {
  /** The oldest notification that is not applied may be this old. */
  readonly lagSeconds: number;
  /** BookingBug may be silent for so long; for ever when undefined. */
  readonly silenceHours: number | undefined;
}

interface FactsOf extends ObservedCrm {
  readonly drift: { readonly store: Pick<DriftStore, "count"> };
}

export interface FactsDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crms: readonly FactsOf[];
  readonly statistics: Pick<Statistics, "passes" | "quarantinedLately" | "limits">;
  readonly syncLog: Pick<SyncLog, "failedCounts" | "kept">;
  readonly quarantine: { readonly count: () => Promise<number> };
  readonly processes: Pick<Processes, "read">;
  readonly walks: Pick<History, "newest">;
  readonly schemas: Pick<SchemaSeen, "last">;
  readonly plan: Plan;
}

export async function gatherFacts(deps: FactsDeps): Promise<Facts> {
  const { redis, keys, quarantine, statistics } = deps;
  const now = Date.now();
  const [crms, processes, sender, count, lastHour, walks, announced] = await Promise.all([
    Promise.all(deps.crms.map((observed) => factsOf(deps, observed))),
    deps.processes.read(),
    lookAtSender(redis, keys),
    quarantine.count(),
    statistics.quarantinedLately(),
    deps.walks.newest(),
    redis.hkeys(keys.alerts),
  ]);
  const unanswered = await countUnanswered(deps, walks, deps.plan, now);
  return {
    now,
    crms,
    processes,
    sender,
    quarantine: { count, lastHour },
    standing: standingOf(walks, deps.plan, now),
    unanswered,
    announced: new Set(announced),
  };
}

async function factsOf(deps: FactsDeps, observed: FactsOf): Promise<CrmFacts> {
  const { crm, dailyReserve } = observed;
  const [snapshot, passes, counts, causes, limits, drift, schema] = await Promise.all([
    takeSnapshot(deps.redis, deps.keys, observed),
    deps.statistics.passes(crm),
    deps.syncLog.failedCounts(crm),
    deps.syncLog.kept.counts(crm),
    deps.statistics.limits(crm),
    driftFigures(observed.drift.store),
    deps.schemas.last(crm),
  ]);
  return {
    crm,
    snapshot,
    passes,
    ...counts,
    causes,
    daily: limits.daily,
    dailyReserve,
    drift,
    schema: schema?.issues ?? [],
  };
}
