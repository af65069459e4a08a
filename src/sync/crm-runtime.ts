/** Everything that works for one CRM in a worker process: connector, queue, gate, ledger, worker, sweeper. */

import type { Telemetry } from "bullmq";
import type { CallReport, Connector, ConnectorLog, Pacer } from "../../connectors/connector.ts";
import { UnauthorisedError } from "../../connectors/errors.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { createQueue, type QueueSettings, type SyncQueue } from "../inbox/queues.ts";
import { startSweeping, sweep } from "../inbox/sweeper.ts";
import type { MappingSet } from "../mapping/set.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { createLocks } from "../redis/locks.ts";
import type { Counters } from "../stats/counters.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { createGate, type Gate } from "./gate.ts";
import { createLedger } from "./ledger.ts";
import type { SharedPacer } from "./pacer.ts";
import type { PassDeps } from "./pass.ts";
import { createPassLog } from "./pass-log.ts";
import { startSyncWorker } from "./sync-worker.ts";

export interface CrmRuntimeOptions {
  readonly crm: string;
  /** For commands; BullMQ duplicates it for what blocks. */
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly inbox: Inbox;
  readonly syncLog: SyncLog;
  readonly counters: Counters;
  readonly connect: (services: {
    readonly pacer: Pacer;
    readonly log: ConnectorLog;
    readonly onCall: (report: CallReport) => void;
    readonly requestTimeoutMs: number;
  }) => Connector;
  readonly pacer: SharedPacer;
  readonly onCall: (report: CallReport) => void;
  readonly log: ConnectorLog;
  readonly mappings: () => MappingSet;
  /** Undefined while jobs are not traced. */
  readonly telemetry: Telemetry | undefined;
  readonly policy: FoldPolicy;
  readonly queueSettings: QueueSettings;
  readonly requestTimeoutMs: number;
  readonly ledgerRetentionDays: number;
  readonly concurrency: number;
  readonly lockMs: number;
  readonly backoffMs: number;
  readonly probeMs: number;
  readonly sweepEveryMs: number;
}

export interface CrmRuntime {
  readonly crm: string;
  readonly queue: SyncQueue;
  readonly gate: Gate;
  readonly connector: Connector;
  readonly reconcileDeps: PassDeps;
  /** Starts taking jobs. Refused credentials do not prevent it: the gate closes and the CRM is probed. */
  start(): Promise<void>;
  /** Ends within about `graceMs` milliseconds; what is not finished is taken over later. */
  stop(graceMs: number): Promise<void>;
}

const LOCK_WAIT_MS = 15_000;

export function createCrmRuntime(options: CrmRuntimeOptions): CrmRuntime {
  const { crm, redis, keys, inbox, log, lockMs } = options;
  const queue = createQueue(crm, redis, keys, options.telemetry);
  queue.on("error", (error) => log.error({ crm, error: String(error) }, "queue error"));
  const gate = createGate(redis, keys, crm, queue);
  const { pacer, onCall, requestTimeoutMs } = options;
  const connector = options.connect({ pacer, log, onCall, requestTimeoutMs });
  const reconcileDeps: PassDeps = {
    crm,
    connector,
    inbox,
    ledger: createLedger({ redis, keys, crm, retentionDays: options.ledgerRetentionDays }),
    locks: createLocks({ redis, keys, ttlMs: lockMs, waitMs: LOCK_WAIT_MS }),
    mappings: options.mappings,
    policy: options.policy,
  };
  const stops: (() => void | Promise<void>)[] = [];
  let closeWorker: (graceMs: number) => Promise<void> = async () => {};

  async function closeGateIfRefused(): Promise<void> {
    try {
      await connector.probe();
      await gate.confirm();
    } catch (error) {
      if (!(error instanceof UnauthorisedError)) return;
      log.error({ crm, detail: error.message }, "the CRM refuses the credentials; its queue is paused");
      await gate.close({ reason: "unauthorised", detail: error.message, since: new Date().toISOString() });
    }
  }

  return {
    crm,
    queue,
    gate,
    connector,
    reconcileDeps,

    async start() {
      await closeGateIfRefused();
      const { concurrency, backoffMs, probeMs } = options;
      const worker = startSyncWorker({
        ...reconcileDeps,
        redis,
        keys,
        gate,
        telemetry: options.telemetry,
        pacer,
        passLog: createPassLog({ crm, syncLog: options.syncLog, counters: options.counters, queue, log }),
        log,
        concurrency,
        lockMs,
        backoffMs,
        probeMs,
      });
      closeWorker = (graceMs) => worker.close(graceMs);
      const settings = options.queueSettings;
      const sweepOnce = async (): Promise<void> => {
        const found = await sweep({ crm, inbox, queue, settings });
        if (found > 0) log.warn({ crm, found }, "purchases were pending without a job; queued again");
      };
      stops.push(
        startSweeping(sweepOnce, options.sweepEveryMs, (error) =>
          log.error({ crm, error: String(error) }, "sweep failed"),
        ),
      );
    },

    async stop(graceMs) {
      for (const stop of stops.splice(0)) await stop();
      await closeWorker(graceMs);
      await connector.close();
      await queue.close();
    },
  };
}
