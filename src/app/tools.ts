/** What the commands work with: the same parts as the processes, opened for a moment. */

import type { CallReport, Connector, Pacer } from "../../connectors/connector.ts";
import type { Config } from "../config/config.ts";
import { createEnqueuer } from "../inbox/enqueuer.ts";
import { createInbox, type Inbox } from "../inbox/inbox.ts";
import { createQueue, type SyncQueue } from "../inbox/queues.ts";
import type { MappingSet } from "../mapping/set.ts";
import type { ReplayDeps } from "../operate/replay.ts";
import { receive } from "../receiver/receive.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { createLedger, type Ledger } from "../sync/ledger.ts";
import { connect, prepare, queueSettings } from "./base.ts";

export interface CrmTools {
  readonly crm: string;
  readonly queue: SyncQueue;
  readonly ledger: Ledger;
  readonly connector: Connector;
}

export interface Tools {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly config: Config;
  readonly inbox: Inbox;
  readonly mappings: MappingSet;
  /** @throws Error when the CRM is not among the configured ones */
  crm(name: string): CrmTools;
  connectors(): ReadonlyMap<string, Connector>;
  replayDeps(crm: string | undefined, onProgress: ReplayDeps["onProgress"]): ReplayDeps;
  /** Queues what was received meanwhile. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export async function openTools(
  environment: Readonly<Record<string, string | undefined>>,
  pacer: Pacer,
): Promise<Tools> {
  const base = await prepare({ LOG_LEVEL: "error", ...environment }, "crm-sync");
  const { config, log, keys, mappings } = base;
  const redis: RedisClient = connect(base, "worker");
  const crms = config.crms.map(({ crm }) => crm);
  const inbox = createInbox({ redis, keys, crms, retentionDays: config.retentionDays });
  const onCall = (_report: CallReport): void => {};
  const tools = config.crms.map(({ crm, connect: connectTo }): CrmTools => {
    const connector = connectTo({ pacer, log, onCall, requestTimeoutMs: config.crmTimeoutMs });
    const ledger = createLedger({ redis, keys, crm, retentionDays: config.ledgerRetentionDays });
    return { crm, queue: createQueue(crm, redis, keys), ledger, connector };
  });
  const settings = queueSettings(config);
  const queues = tools.map(({ queue }) => queue);
  const onError = (error: unknown): void => log.error({ error: String(error) }, "queueing failed");
  const enqueuer = createEnqueuer({ queues, settings, onError });

  function crm(name: string): CrmTools {
    const found = tools.find((one) => one.crm === name);
    if (found === undefined) throw new Error(`CRM "${name}" is not configured; CRM names ${crms.join(", ")}.`);
    return found;
  }

  return {
    redis,
    keys,
    config,
    inbox,
    mappings: mappings.current().set,
    crm,
    connectors: () => new Map(tools.map((one) => [one.crm, one.connector])),
    replayDeps: (name, onProgress) => ({
      inbox,
      queues: name === undefined ? queues : [crm(name).queue],
      settings,
      onProgress,
      receiveAgain: ({ route, contentType, body }) =>
        receive(
          { inbox, enqueuer, log, maxBodyBytes: config.maxBodyBytes },
          { route, contentType, contentEncoding: undefined, upload: { kind: "whole", bytes: body } },
        ),
    }),
    flush: () => enqueuer.flush(),
    async close() {
      await Promise.all(tools.map((one) => one.queue.close()));
      redis.disconnect();
      await base.stopRedis();
    },
  };
}
