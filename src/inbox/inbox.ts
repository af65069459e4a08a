/**
 * Durable arrival: what BookingBug was told we have, is here. One script per step, so that no crash can leave half.
 */

import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import { type Place, readOn, type Stretch } from "../redis/in-order.ts";
import { type Keys, ledgerKeys } from "../redis/keys.ts";
import { membersOf } from "../redis/members.ts";
import { withScripts } from "../redis/scripts.ts";
import {
  type Arrival,
  type ArrivalHead,
  decodeArrival,
  decodeHead,
  encodeArrival,
  type StoredArrival,
} from "./arrival.ts";
import {
  AHEAD_SCRIPT,
  DISMISS_SCRIPT,
  FOLDED_SCRIPT,
  HISTORY_SCRIPT,
  NEWEST_SCRIPT,
  PARK_SCRIPT,
  READ_SCRIPT,
  RECEIVE_SCRIPT,
  SETTLE_SCRIPT,
  UNSETTLED_SCRIPT,
} from "./scripts.ts";

export type { Arrival, ArrivalHead, StoredArrival } from "./arrival.ts";

export interface Inbox {
  /** Stores the arrival for every CRM. Resolved means Redis has it; the same arrival stored twice is harmless. */
  store(arrival: Arrival): Promise<void>;
  /** The same where nobody was ever forgotten; else it has to be looked at first whom it is for. @returns whether it was stored */
  storeIfNobodyIsForgotten(arrival: Arrival): Promise<boolean>;
  /** The number of the newest arrival of a purchase, settled or not; 0 when none is known. */
  newestNumber(purchaseId: string): Promise<number>;
  /** The same as `store`, as long as nothing came since the newest number was that. @returns whether it was stored */
  storeUnlessNewer(arrival: Arrival, newest: number): Promise<boolean>;
  /** The purchase a booking is known to belong to. */
  purchaseOfBooking(bookingId: string): Promise<string | undefined>;
  /** Arrivals of a purchase with a number above `afterSeq`, oldest first; what lies below is not read. */
  read(purchaseId: string, afterSeq: number, limit?: number): Promise<readonly StoredArrival[]>;
  /** The newest of them, oldest first, and how many more there are. */
  newest(purchaseId: string, limit: number): Promise<{ arrivals: readonly StoredArrival[]; older: number }>;
  /** The same, a page at a time, however many there are. */
  walk(purchaseId: string, afterSeq: number): AsyncIterable<StoredArrival>;
  /** What a pass begins with, in one question. @param heads how many heads at most */
  ahead(crm: string, purchaseId: string, heads: number): Promise<Ahead>;
  /** The newest arrivals that a CRM has not settled, oldest first. */
  unsettled(crm: string, purchaseId: string, limit: number): Promise<readonly ArrivalHead[]>;
  /** Number of the newest arrival of a purchase that a CRM has settled; 0 when none. */
  settledUpTo(crm: string, purchaseId: string): Promise<number>;
  /**
   * Marks the purchase's arrivals up to `seq` as settled for a CRM, counts them (the newest as applied, those before it
   * as superseded), and moves what every CRM has settled into the history. Running it again counts nothing twice. What the
   * CRM keeps of the purchase ages from now on, unless something newer waits for it.
   *
   * @param ledgerSeconds how long its ledger is kept then; as long as everything else when left out
   * @param bookingKeys as `ahead` told them; asked for when left out
   * @returns what this call settled
   */
  settle(
    crm: string,
    purchaseId: string,
    seq: number,
    ledgerSeconds?: number,
    bookingKeys?: readonly string[],
  ): Promise<Settled>;
  /**
   * Says that the CRM's ledger has folded in the arrivals up to `seq` although they are not settled: no pass reads them again,
   * and once that is so for every CRM only the newest are kept.
   */
  folded(crm: string, purchaseId: string, seq: number): Promise<void>;
  /** Puts the purchase on the CRM's pending list although nothing new arrived: it has to be looked at once more. */
  reopen(crm: string, purchaseId: string): Promise<void>;
  /**
   * Takes the purchase off the CRM's pending list although it is not settled: it failed and is kept for a person to see to.
   *
   * @param what `heard`: only where nothing came since that no pass has folded in; that is still to be looked at
   */
  park(crm: string, purchaseId: string, what?: "all" | "heard"): Promise<void>;
  /** Lets what the CRM has not settled age from now on, unless something came since that is still to be looked at. */
  dismiss(crm: string, purchaseId: string, ledgerSeconds: number): Promise<void>;
  /** Since when the purchase is on the CRM's pending list, ISO UTC; undefined when it is not. */
  pendingSince(crm: string, purchaseId: string): Promise<string | undefined>;
  /** Purchases by their oldest unsettled arrival, on from the last one that was read, where that is older than `olderThanMs`. */
  pending(crm: string, olderThanMs: number, page: Pick<Stretch, "after" | "limit">): Promise<readonly Place[]>;
  /** Purchases with an arrival since then, oldest first. @param since milliseconds since the epoch */
  arrivedSince(since: number): Promise<readonly string[]>;
  /** Purchases by the time of their newest arrival, oldest first, on from the last one that was read. */
  arrivals(stretch: Stretch): Promise<readonly Place[]>;
  /** How many there are of them. @param from, to milliseconds since the epoch */
  arrivedBetween(from: number, to: number): Promise<number>;
  /** All purchases with an arrival that is still kept, a page at a time and in no order. */
  purchases(): AsyncIterable<string>;
  /** The compressed history of a purchase, oldest first. */
  history(purchaseId: string): Promise<readonly StoredArrival[]>;
}

/** What lies before a pass. */
export interface Ahead {
  /** Number of the newest arrival that the CRM has settled; 0 when none. */
  readonly settledUpTo: number;
  /** Number of the newest arrival that was folded into the CRM's ledger, settled or not; no less than that. */
  readonly foldedUpTo: number;
  /** No CRM has settled anything of the purchase: there is no history. */
  readonly isNew: boolean;
  /** Of the newest arrivals that are not settled, oldest first. */
  readonly heads: readonly ArrivalHead[];
  /** The first arrivals that were not folded in, oldest first. */
  readonly arrivals: readonly StoredArrival[];
  /** There are no more of them. */
  readonly isAll: boolean;
  /** Where the purchase's bookings are kept. What comes later keeps all of it from ageing. */
  readonly bookingKeys: readonly string[];
}

export interface Settled {
  /** Oldest first. */
  readonly arrivals: readonly ArrivalHead[];
  /** How many older ones were settled with them that are not kept. */
  readonly older: number;
}

export interface InboxOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  /** Every CRM that has to settle an arrival. */
  readonly crms: readonly string[];
  readonly retentionDays: number;
  /** Settled arrivals kept per purchase. */
  readonly historyLength?: number;
}

/** Longer than anybody waits for the answer of one delivery. */
const DELIVERED_SECONDS = 600;
const ARRIVALS_PER_PAGE = 100;
/** More than an inbox holds. */
const ALL = 2 ** 31;

export function createInbox(options: InboxOptions): Inbox {
  const { redis, keys, crms } = options;
  const retention = options.retentionDays * DAY_SECONDS;
  const historyLength = options.historyLength ?? 5;
  const scripts = withScripts<ScriptCommands>(redis, {
    crmSyncReceive: { lua: RECEIVE_SCRIPT },
    crmSyncNewest: { lua: NEWEST_SCRIPT, numberOfKeys: 2 },
    crmSyncSettle: { lua: SETTLE_SCRIPT },
    crmSyncRead: { lua: READ_SCRIPT, numberOfKeys: 1 },
    crmSyncAhead: { lua: AHEAD_SCRIPT, numberOfKeys: 2 },
    crmSyncUnsettled: { lua: UNSETTLED_SCRIPT, numberOfKeys: 2 },
    crmSyncHistory: { lua: HISTORY_SCRIPT, numberOfKeys: 1 },
    crmSyncFolded: { lua: FOLDED_SCRIPT },
    crmSyncPark: { lua: PARK_SCRIPT },
    crmSyncDismiss: { lua: DISMISS_SCRIPT },
  });

  /** What the scripts that settle or keep a purchase begin with. */
  async function keptBy(
    crm: string,
    purchaseId: string,
    ledgerSeconds = retention,
    bookingKeys?: readonly string[],
  ): Promise<(string | number)[]> {
    const names = [
      keys.inbox(purchaseId),
      keys.settled(purchaseId),
      keys.pending(crm),
      keys.bookingsOf(purchaseId),
      ...ownKeys(keys, crm, purchaseId),
      keys.counts(crm),
      ...(bookingKeys ?? (await redis.smembers(keys.bookingsOf(purchaseId)))),
    ];
    return [names.length, ...names, crm, purchaseId, retention, ledgerSeconds, crms.length, ...crms];
  }

  async function read(purchaseId: string, afterSeq: number, limit = ALL): Promise<StoredArrival[]> {
    return (await scripts.crmSyncRead(keys.inbox(purchaseId), afterSeq, limit)).map(decodeArrival);
  }

  /** @param only stored only if that is still the newest number, or if nobody was ever forgotten */
  async function receive(arrival: Arrival, only?: number | "nobody"): Promise<boolean> {
    const kept = crms.flatMap((crm) => ownKeys(keys, crm, arrival.purchaseId));
    const names = [
      keys.seq,
      keys.inbox(arrival.purchaseId),
      keys.settled(arrival.purchaseId),
      keys.bookingsOf(arrival.purchaseId),
      ...kept,
      keys.received,
      keys.recent,
      keys.delivered(arrival.deliveryId, arrival.item ?? 0),
      keys.forgottenSalt,
      ...crms.map(keys.pending),
      ...arrival.bookingIds.map(keys.purchaseOfBooking),
    ];
    const number = await scripts.crmSyncReceive(
      names.length,
      ...names,
      encodeArrival(arrival),
      arrival.purchaseId,
      Date.parse(arrival.receivedAt),
      retention,
      crms.length,
      DELIVERED_SECONDS,
      kept.length,
      ...(only === undefined ? [] : [only]),
    );
    return number > 0;
  }

  return {
    async store(arrival) {
      await receive(arrival);
    },

    storeIfNobodyIsForgotten: (arrival) => receive(arrival, "nobody"),

    newestNumber: (purchaseId) => scripts.crmSyncNewest(keys.inbox(purchaseId), keys.settled(purchaseId)),

    storeUnlessNewer: receive,

    async purchaseOfBooking(bookingId) {
      return (await redis.get(keys.purchaseOfBooking(bookingId))) ?? undefined;
    },

    read,

    async newest(purchaseId, limit) {
      const key = keys.inbox(purchaseId);
      const [entries, length] = await Promise.all([redis.lrange(key, -limit, -1), redis.llen(key)]);
      return { arrivals: entries.map(decodeArrival), older: Math.max(0, length - entries.length) };
    },

    async *walk(purchaseId, afterSeq) {
      for (let after = afterSeq; ; ) {
        const page = await read(purchaseId, after, ARRIVALS_PER_PAGE);
        yield* page;
        const last = page.at(-1);
        if (last === undefined || page.length < ARRIVALS_PER_PAGE) return;
        after = last.seq;
      }
    },

    async ahead(crm, purchaseId, most) {
      const [[settledUpTo, foldedUpTo, isNew, heads, entries], bookingKeys] = await Promise.all([
        scripts.crmSyncAhead(keys.inbox(purchaseId), keys.settled(purchaseId), crm, most, ARRIVALS_PER_PAGE),
        redis.smembers(keys.bookingsOf(purchaseId)),
      ]);
      const arrivals = entries.map(decodeArrival);
      const isAll = arrivals.length < ARRIVALS_PER_PAGE;
      const unsettled = heads.map(decodeHead);
      return { settledUpTo, foldedUpTo, isNew: isNew === 1, heads: unsettled, arrivals, isAll, bookingKeys };
    },

    async unsettled(crm, purchaseId, limit) {
      const heads = await scripts.crmSyncUnsettled(keys.inbox(purchaseId), keys.settled(purchaseId), crm, limit);
      return heads.map(decodeHead);
    },

    async settledUpTo(crm, purchaseId) {
      return Number((await redis.hget(keys.settled(purchaseId), crm)) ?? 0);
    },

    async settle(crm, purchaseId, seq, ledgerSeconds, bookingKeys) {
      const kept = await keptBy(crm, purchaseId, ledgerSeconds, bookingKeys);
      const [arrivals, done, older] = await scripts.crmSyncSettle(...kept, seq, historyLength);
      if (done.length > 0) {
        await scripts.crmSyncHistory(keys.history(purchaseId), historyLength, retention, ...done.map(compress));
      }
      return { arrivals: arrivals.map(decodeHead), older };
    },

    async folded(crm, purchaseId, seq) {
      await scripts.crmSyncFolded(...(await keptBy(crm, purchaseId)), seq);
    },

    async reopen(crm, purchaseId) {
      await redis.zadd(keys.pending(crm), "NX", Date.now(), purchaseId);
    },

    async park(crm, purchaseId, what = "all") {
      await scripts.crmSyncPark(...(await keptBy(crm, purchaseId)), what);
    },

    async dismiss(crm, purchaseId, ledgerSeconds) {
      await scripts.crmSyncDismiss(...(await keptBy(crm, purchaseId, ledgerSeconds)));
    },

    async pendingSince(crm, purchaseId) {
      const since = await redis.zscore(keys.pending(crm), purchaseId);
      return since === null ? undefined : new Date(Number(since)).toISOString();
    },

    pending: (crm, olderThanMs, page) =>
      readOn(redis, keys.pending(crm), { ...page, from: 0, to: Date.now() - olderThanMs }),

    async arrivedSince(since) {
      return redis.zrangebyscore(keys.recent, since, "+inf");
    },

    arrivals: (stretch) => readOn(redis, keys.recent, stretch),
    arrivedBetween: (from, to) => redis.zcount(keys.recent, from, to),

    purchases: () => membersOf(redis, keys.recent),

    async history(purchaseId) {
      const packed = await redis.lrangeBuffer(keys.history(purchaseId), 0, -1);
      return packed.map((entry) => decodeArrival(decompress(entry)));
    },
  };
}

/** Each begins with the number of its keys, unless the keys are named here. */
interface ScriptCommands {
  crmSyncReceive(...keysAndArgs: (string | number)[]): Promise<number>;
  crmSyncNewest(inbox: string, settled: string): Promise<number>;
  crmSyncSettle(...keysAndArgs: (string | number)[]): Promise<[arrivals: string[], done: string[], older: number]>;
  crmSyncHistory(history: string, length: number, seconds: number, ...settled: Buffer[]): Promise<void>;
  crmSyncFolded(...keysAndArgs: (string | number)[]): Promise<void>;
  crmSyncRead(inbox: string, afterSeq: number, limit: number): Promise<string[]>;
  crmSyncAhead(
    inbox: string,
    settled: string,
    crm: string,
    heads: number,
    arrivals: number,
  ): Promise<[settledUpTo: number, foldedUpTo: number, isNew: number, heads: string[], arrivals: string[]]>;
  crmSyncUnsettled(inbox: string, settled: string, crm: string, limit: number): Promise<string[]>;
  crmSyncPark(...keysAndArgs: (string | number)[]): Promise<void>;
  crmSyncDismiss(...keysAndArgs: (string | number)[]): Promise<void>;
}

/** What a CRM keeps of a purchase. */
function ownKeys(keys: Keys, crm: string, purchaseId: string): string[] {
  return [keys.timeline(crm, purchaseId), ...ledgerKeys(keys, crm, purchaseId)];
}
