/** The parts that the web process, the worker and the commands' tools share, each made here and nowhere else. */
import { type CallReport, type Connector, unpaced } from "../../connectors/connector.ts";
import { type Audit, createAudit } from "../audit/audit.ts";
import { createPrivateWords } from "../audit/private-words.ts";
import { createTrail } from "../audit/trail.ts";
import { type Bulks, createBulks } from "../bulk/bulks.ts";
import type { ChosenCrm } from "../config/crms.ts";
import { createRounds } from "../drift/round.ts";
import { createDriftStore, type DriftKept } from "../drift/store.ts";
import { createEvents, telling } from "../events/events.ts";
import { type AnnouncedAlerts, createAnnounced } from "../health/announced.ts";
import { type AskQueue, createAskQueue } from "../inbox/ask-queue.ts";
import { createEnqueuer, type Enqueuer } from "../inbox/enqueuer.ts";
import { createInbox, type Inbox } from "../inbox/inbox.ts";
import { createQuarantine, type Quarantine, type QuarantinedDelivery } from "../inbox/quarantine.ts";
import { createQueue, type QueueSettings, type SyncQueue } from "../inbox/queues.ts";
import { createSetApart, type SetApart } from "../inbox/set-apart.ts";
import { createSuppression, type Suppression } from "../inbox/suppression.ts";
import { type Receipt, receive } from "../receiver/receive.ts";
import { createHistory, type History } from "../reconcile/history.ts";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { createLocks, type Locks } from "../redis/locks.ts";
import { type Counters, createCounters } from "../stats/counters.ts";
import { createMappingVersions, type MappingVersions } from "../stats/mapping-versions.ts";
import { createPresence, type Presence } from "../stats/presence.ts";
import { createProcesses, type Processes } from "../stats/processes.ts";
import { createSchemaSeen, type SchemaSeen } from "../stats/schema-seen.ts";
import { createStatistics, type Statistics } from "../stats/statistics.ts";
import { createCallSizes } from "../sync/call-sizes.ts";
import { createDropForgotten } from "../sync/drop-forgotten.ts";
import { createGate, type Gate } from "../sync/gate.ts";
import { createLedger, type Ledger } from "../sync/ledger.ts";
import { createOutage, type Outage } from "../sync/outage.ts";
import { createPacer, type SharedPacer } from "../sync/pacer.ts";
import { createTokenChains } from "../sync/token-chain.ts";
import { createSyncLog, type SyncLog } from "../synclog/sync-log.ts";
import type { Base } from "./base.ts";

export interface CrmParts {
  readonly crm: string;
  readonly queue: SyncQueue;
  readonly gate: Gate;
  readonly ledger: Ledger;
  /** What was found when its records were looked at in rounds. */
  readonly drift: DriftKept;
  readonly pacer: SharedPacer;
  readonly outage: Outage;
  /** Calls of the daily allocation left to the customer's other integrations. */
  readonly dailyReserve: number;
  /** A connector with the patience that its user has. */
  connect(how: ConnectorUse): Connector;
}

export interface ConnectorUse {
  /** `alone`: a handful of calls, which need not wait for the workers'. */
  readonly pacing: "shared" | "alone";
  readonly requestTimeoutMs: number;
  /** Told of each call besides. */
  readonly onCall?: () => void;
}

export interface Parts {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crms: readonly CrmParts[];
  readonly inbox: Inbox;
  readonly setApart: SetApart;
  readonly quarantine: Quarantine;
  readonly enqueuer: Enqueuer;
  /** One whose jobs have other settings. */
  readonly enqueuerWith: (settings: QueueSettings) => Enqueuer;
  /** Undefined where BookingBug cannot be asked. */
  readonly askQueue: AskQueue | undefined;
  /** Has BookingBug asked about a purchase, where it can be. Never rejects. */
  readonly ask: (purchaseId: string, number: number) => Promise<void>;
  readonly queueSettings: QueueSettings;
  readonly locks: Locks;
  readonly suppression: Suppression;
  readonly dropForgotten: ReturnType<typeof createDropForgotten>;
  readonly syncLog: SyncLog;
  readonly counters: Counters;
  readonly statistics: Statistics;
  readonly mappingVersions: MappingVersions;
  readonly presence: Presence;
  readonly processes: Processes;
  /** Over BookingBug's bookings, that ended. */
  readonly walks: History;
  /** What the CRMs said of their objects, and what of it no longer suits the mappings. */
  readonly schemas: SchemaSeen;
  /** What people have been told of and is not over. */
  readonly announced: AnnouncedAlerts;
  readonly audit: Audit;
  /** Jobs on many purchases. */
  readonly bulks: Bulks;
  /** Reads a delivery once more, as if it had just arrived. */
  readonly receiveAgain: ReceiveAgain;
  /** The same, with what it brings put into the queues by somebody else. */
  readonly receiveAgainBy: (enqueuer: Enqueuer) => ReceiveAgain;
  /** Ends the queues and the connections. */
  close(): Promise<void>;
}

type ReceiveAgain = (delivery: QuarantinedDelivery) => Promise<Receipt>;

const LOCK_WAIT_MS = 15_000;

/** @param queueRedis where the queues' commands go, when not where the others do */
export function createParts(base: Base, redis: RedisClient, queueRedis: RedisClient = redis): Parts {
  const { config, keys, log } = base;
  const { retentionDays } = config;
  const names = config.crms.map(({ crm }) => crm);
  const tell = (words: string) => (error: unknown) => log.error({ error: String(error) }, words);
  const counters = createCounters({ redis, keys, onError: tell("statistics could not be written") });
  const crms = config.crms.map((chosen) => createCrmParts(base, redis, queueRedis, counters, chosen));
  const queues = crms.map(({ queue }) => queue);
  const queueSettings = { attempts: config.jobAttempts, failedDays: retentionDays };
  const inbox = createInbox({ redis, keys, crms: names, retentionDays });
  const suppression = createSuppression({ redis, keys });
  const events =
    config.eventsHook === undefined
      ? undefined
      : createEvents({ redis: queueRedis, keys, onError: tell("an event for the hook was lost") });
  const written = createSyncLog({ redis, keys, crms: names, retentionDays, undoDays: config.undoDays });
  const syncLog = events === undefined ? written : telling(written, events);
  const quarantine = createQuarantine({ redis, keys, retentionDays });
  const onError = tell("queueing failed; the sweeper repairs it");
  const enqueuerWith = (settings: QueueSettings): Enqueuer => createEnqueuer({ queues, settings, onError });
  const enqueuer = enqueuerWith(queueSettings);
  const notAsked = tell("BookingBug could not be asked");
  const askQueue =
    config.bookingbugApi === undefined ? undefined : createAskQueue({ redis: queueRedis, keys, onError: notAsked });
  const bulks = createBulks({ redis, queueRedis, keys, retentionDays, onError: tell("the queue of jobs failed") });
  const receiveAgainBy =
    (by: Enqueuer): ReceiveAgain =>
    ({ route, contentType, contentEncoding, body, deliveryId, order }) =>
      receive(
        { inbox, quarantine, enqueuer: by, suppression, askQueue, log, maxBodyBytes: config.maxBodyBytes },
        { route, contentType, contentEncoding, upload: { kind: "whole", bytes: body }, again: { deliveryId, order } },
      );

  return {
    redis,
    keys,
    crms,
    inbox,
    quarantine,
    setApart: createSetApart({ redis, keys }),
    enqueuer,
    enqueuerWith,
    askQueue,
    ask: async (purchaseId, number) => {
      await askQueue?.ask({ about: "purchase", purchaseId, number }).catch(notAsked);
    },
    queueSettings,
    locks: createLocks({ redis, keys, ttlMs: config.workerLockMs, waitMs: LOCK_WAIT_MS }),
    suppression,
    dropForgotten: createDropForgotten({ redis, keys, names, syncLog, suppression, counters }),
    syncLog,
    counters,
    statistics: createStatistics({ redis, keys }),
    mappingVersions: createMappingVersions(redis, keys, { retentionSeconds: retentionDays * DAY_SECONDS }),
    presence: createPresence({ redis, keys }),
    processes: createProcesses({ redis, keys }),
    walks: createHistory({ redis, keys, retentionDays }),
    schemas: createSchemaSeen({ redis, keys }),
    announced: createAnnounced({ redis, keys }),
    audit: createAudit({
      trail: createTrail({ redis, keys, days: config.auditDays }),
      words: createPrivateWords(config.admin),
      losses: base.losses,
      log,
    }),
    bulks,
    receiveAgain: receiveAgainBy(enqueuer),
    receiveAgainBy,
    async close() {
      const others = [bulks, askQueue, events].filter((queue) => queue !== undefined);
      await Promise.all([...queues, ...others].map((queue) => queue.close()));
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

function createCrmParts(
  { config, keys, log, telemetry }: Base,
  redis: RedisClient,
  queueRedis: RedisClient,
  counters: Counters,
  { crm, limits, dailyReserve, connect }: ChosenCrm,
): CrmParts {
  const queue = createQueue(crm, queueRedis, keys, telemetry);
  queue.on("error", (error) => log.error({ crm, error: error.message }, "queue error"));
  const tell = (words: string) => (error: unknown) => log.error({ crm, error: String(error) }, words);
  const pacer = createPacer({ redis, keys, crm, limits, dailyReserve, onError: tell("pacing failed") });
  const outage = createOutage({ redis, keys, crm, onError: tell("whether the CRM answers could not be noted") });
  const sizes = createCallSizes({ redis, keys, crm, onError: tell("the size of calls could not be kept") });
  const observed: SharedPacer = {
    ...pacer,
    observe(report) {
      pacer.observe(report);
      counters.limit(crm, report);
    },
  };
  const onCall = (report: CallReport): void => {
    counters.call(crm, report);
    log.debug({ crm, ...report }, "CRM call");
  };
  const tokens = createTokenChains({ redis, keys, crm, onError: tell("a new token could not be kept; tried again") });
  const kept = { redis, keys, crm, retentionDays: config.ledgerRetentionDays };
  return {
    crm,
    queue,
    gate: createGate(redis, keys, crm, queue),
    ledger: createLedger(kept),
    drift: { rounds: createRounds(kept), store: createDriftStore(kept) },
    pacer: observed,
    outage,
    dailyReserve,
    connect: ({ pacing, requestTimeoutMs, onCall: tellOfCall }) =>
      outage.witness(
        connect({
          // What somebody heard who waits for no turn is news to all the same: they may have been asked to resume.
          pacer: pacing === "shared" ? observed : { ...unpaced, observe: observed.observe },
          log,
          onCall(report) {
            onCall(report);
            tellOfCall?.();
          },
          ...{ requestTimeoutMs, sizes, tokens },
        }),
      ),
  };
}
