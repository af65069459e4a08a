/** Causes as they are kept: those that purchases are listed for now, and for the retention those that are mended. */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { pairsOf } from "../redis/pairs.ts";
import { withScripts } from "../redis/scripts.ts";
import { CAUSE_KINDS, type Cause, type CauseKind, fieldsOfCause, kindOf, parseCause } from "./cause.ts";
import { PRUNE_CAUSES_SCRIPT, SEEN_SCRIPT } from "./failed-scripts.ts";
import { eachHour, type Hours } from "./hours.ts";

/** Where a cause is in a list over all CRMs. */
export interface CausePlace {
  readonly crm: string;
  readonly id: string;
}

/** What was listed in a stretch of time, also what is mended since. */
export interface Broke {
  /** Newest first. */
  readonly places: readonly CausePlace[];
  /** Distinct ones, about. */
  readonly purchases: number;
  readonly customers: number;
}

export interface CauseFigures {
  /** Distinct ones that ever had it, about. */
  readonly purchases: number;
  readonly customers: number;
  /** How many purchases were listed for it in each of the hours that were asked for. */
  readonly byHour: readonly number[];
}

export interface KeptCauses {
  /** Those that purchases are listed for now, newest first. */
  listed(crm: string, kind?: CauseKind): Promise<readonly Cause[]>;
  /** How many those are. */
  counts(crm: string): Promise<Readonly<Record<CauseKind, number>>>;
  /** The same over CRMs, as places only. */
  places(crms: readonly string[], kind: CauseKind): Promise<readonly CausePlace[]>;
  /** What was listed between these hours. */
  broke(crms: readonly string[], kind: CauseKind, hours: Hours): Promise<Broke>;
  /** Of the places those that are known. */
  read(places: readonly CausePlace[]): Promise<readonly (Cause & { readonly crm: string })[]>;
  figures(crm: string, cause: Cause, hours: Hours): Promise<CauseFigures>;
  /** How many different customers each of the causes concerned, about; 0 where none of them is known. */
  customers(crm: string, ids: readonly string[]): Promise<readonly number[]>;
  /** @returns whether it is listed, so that there is something to see */
  markSeen(crm: string, causeId: string, by: string): Promise<boolean>;
  /** Forgets what is over for longer than the retention, and keeps what is listed; for every hour. */
  prune(crm: string): Promise<void>;
}

interface ScriptCommands {
  crmSyncSeenCause(...args: string[]): Promise<number>;
  crmSyncPruneCauses(...args: (string | number)[]): Promise<unknown>;
}

/** Of a CRM, mended ones included: more are of no use to anybody. */
const MOST_KEPT = 5_000;

export function createKeptCauses(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): KeptCauses {
  const { keys, retentionSeconds } = options;
  const redis = withScripts<ScriptCommands>(options.redis, {
    crmSyncSeenCause: { numberOfKeys: 3, lua: SEEN_SCRIPT },
    crmSyncPruneCauses: { numberOfKeys: 4, lua: PRUNE_CAUSES_SCRIPT },
  });
  const listedKeys = (crm: string): string[] => CAUSE_KINDS.map((kind) => keys.causesListed(crm, kind));

  async function readOf(crm: string, ids: readonly string[]): Promise<Map<string, Cause>> {
    if (ids.length === 0) return new Map();
    const [known, times, counts] = await Promise.all([
      redis.hmget(keys.causes(crm), ...ids.flatMap(fieldsOfCause)),
      redis.zmscore(keys.causesByTime(crm), ...ids),
      countsOf(crm, ids),
    ]);
    const each = known.length / ids.length;
    const causes = ids.map((id, index) => {
      const told = { count: counts[index] ?? 0, lastSeen: Number(times[index] ?? 0) };
      return parseCause(id, known.slice(index * each, (index + 1) * each), told);
    });
    return new Map(causes.flatMap((cause) => (cause === undefined ? [] : [[cause.id, cause]])));
  }

  async function countsOf(crm: string, ids: readonly string[]): Promise<number[]> {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.zlexcount(keys.failedByCause(crm), `[${id}:`, `(${id};`);
    return ((await pipeline.exec()) ?? []).map(([, count]) => Number(count));
  }

  async function newestFirst(crms: readonly string[], key: (crm: string) => string): Promise<CausePlace[]> {
    const each = await Promise.all(
      crms.map(async (crm) => {
        const flat = await redis.zrange(key(crm), 0, "-1", "REV", "WITHSCORES");
        return pairsOf(flat).map(([id, score]) => ({ crm, id, at: Number(score) }));
      }),
    );
    return each
      .flat()
      .toSorted((a, b) => b.at - a.at)
      .map(({ crm, id }) => ({ crm, id }));
  }

  return {
    async listed(crm, kind) {
      const keysOf = kind === undefined ? listedKeys(crm) : [keys.causesListed(crm, kind)];
      const ids = (await Promise.all(keysOf.map((key) => redis.zrange(key, 0, "-1")))).flat();
      const causes = [...(await readOf(crm, ids)).values()].filter(({ count }) => count > 0);
      return causes.toSorted((a, b) => (a.lastSeen < b.lastSeen ? 1 : -1));
    },

    async counts(crm) {
      const [failed, held] = await Promise.all([
        redis.zcard(keys.causesListed(crm, "failed")),
        redis.zcard(keys.causesListed(crm, "held")),
      ]);
      return { failed, held };
    },

    places: (crms, kind) => newestFirst(crms, (crm) => keys.causesListed(crm, kind)),

    async broke(crms, kind, hours) {
      const of = (what: "causes" | "purchases" | "customers", all = crms): string[] =>
        all.flatMap((crm) => eachHour(hours).map((hour) => keys.listedIn(crm, kind, hour, what)));
      if (of("causes").length === 0) return { places: [], purchases: 0, customers: 0 };
      const [known, purchases, customers, ...ids] = await Promise.all([
        newestFirst(crms, keys.causesByTime),
        redis.pfcount(...of("purchases")),
        redis.pfcount(...of("customers")),
        ...crms.map((crm) => redis.zunion(of("causes", [crm]).length, of("causes", [crm]))),
      ]);
      const found = new Map(crms.map((crm, index) => [crm, new Set(ids[index])]));
      return { places: known.filter(({ crm, id }) => found.get(crm)?.has(id)), purchases, customers };
    },

    async read(places) {
      const byCrm = Map.groupBy(places, ({ crm }) => crm);
      const read = [...byCrm].map(async ([crm, some]) => {
        const ids = some.map(({ id }) => id);
        return [crm, await readOf(crm, ids)] as const;
      });
      const known = new Map(await Promise.all(read));
      return places.flatMap(({ crm, id }) => {
        const cause = known.get(crm)?.get(id);
        return cause === undefined ? [] : [{ ...cause, crm }];
      });
    },

    async figures(crm, cause, hours) {
      const { id, count } = cause;
      const pipeline = redis.pipeline();
      pipeline.pfcount(keys.causeConcerns(crm, id, "purchases")).pfcount(keys.causeConcerns(crm, id, "customers"));
      for (const hour of eachHour(hours)) pipeline.zscore(keys.listedIn(crm, kindOf(cause), hour, "causes"), id);
      const answers = ((await pipeline.exec()) ?? []).map(([, answer]) => Number(answer ?? 0));
      const [purchases = 0, customers = 0, ...byHour] = answers;
      return { purchases: Math.max(count, purchases), customers, byHour };
    },

    async customers(crm, ids) {
      const pipeline = redis.pipeline();
      for (const id of ids) pipeline.pfcount(keys.causeConcerns(crm, id, "customers"));
      return ((await pipeline.exec()) ?? []).map(([, count]) => Number(count ?? 0));
    },

    async markSeen(crm, causeId, by) {
      const seen = JSON.stringify({ by, at: new Date().toISOString() });
      return (await redis.crmSyncSeenCause(keys.causes(crm), ...listedKeys(crm), causeId, seen)) === 1;
    },

    async prune(crm) {
      const names = [keys.causes(crm), keys.causesByTime(crm), ...listedKeys(crm)];
      await redis.crmSyncPruneCauses(...names, Date.now() - retentionSeconds * 1_000, MOST_KEPT);
      const pipeline = redis.pipeline();
      for (const { id } of await newestFirst([crm], keys.causesByTime)) {
        for (const what of ["purchases", "customers"] as const) {
          pipeline.expire(keys.causeConcerns(crm, id, what), retentionSeconds);
        }
      }
      await pipeline.exec();
    },
  };
}
