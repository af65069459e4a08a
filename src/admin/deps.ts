/** What the pages work with. */
import type { Connector, ConnectorLog } from "../../connectors/connector.ts";
import type { Credentials } from "../config/config.ts";
import type { Inbox, QuarantinedDelivery } from "../inbox/inbox.ts";
import type { Quarantine } from "../inbox/quarantine.ts";
import type { SyncQueue } from "../inbox/queues.ts";
import type { LiveMappings } from "../mapping/live.ts";
import type { Snapshot } from "../metrics/snapshot.ts";
import type { Operate } from "../operate/retry.ts";
import type { Receipt } from "../receiver/receive.ts";
import type { MappingVersions } from "../stats/mapping-versions.ts";
import type { Statistics } from "../stats/statistics.ts";
import type { Ledger } from "../sync/ledger.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import type { Audit } from "./audit.ts";
import { PageError } from "./page.ts";
import type { Counts } from "./views/layout.ts";

/** What concerns one CRM. */
export interface CrmDeps {
  readonly crm: string;
  readonly queue: SyncQueue;
  readonly ledger: Ledger;
  readonly connector: Connector;
}

export interface AdminDeps {
  readonly admin: Credentials;
  readonly crms: readonly CrmDeps[];
  readonly inbox: Inbox;
  readonly quarantine: Quarantine;
  readonly syncLog: SyncLog;
  readonly statistics: Statistics;
  readonly operate: Operate;
  readonly snapshot: (crm: string) => Promise<Snapshot>;
  readonly mappings: LiveMappings;
  readonly mappingVersions: MappingVersions;
  /** Reads a delivery once more, as if it had just arrived. */
  readonly receiveAgain: (delivery: QuarantinedDelivery) => Promise<Receipt>;
  readonly counts: () => Promise<Counts>;
  readonly audit: Audit;
  readonly log: ConnectorLog;
}

/** @throws PageError when there is no such CRM */
export function crmOf({ crms }: AdminDeps, name: string | null | undefined): CrmDeps {
  const found = crms.find(({ crm }) => crm === name);
  if (found === undefined) throw new PageError(404, "There is no such CRM here. Go back and reload the page.");
  return found;
}
