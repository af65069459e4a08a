/** What whoever operates the service works with: the dashboard and the commands alike. Put together in `app`. */
import type { Connector } from "../../connectors/connector.ts";
import type { TokenChains } from "../../connectors/tokens.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import type { DriftStore } from "../drift/store.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Quarantine, QuarantinedDelivery } from "../inbox/quarantine.ts";
import type { QueueSettings, SyncQueue } from "../inbox/queues.ts";
import type { SetApart } from "../inbox/set-apart.ts";
import type { LiveMappings } from "../mapping/live.ts";
import { type ChooseMapping, mappingChooser } from "../mapping/set.ts";
import type { Receipt } from "../receiver/receive.ts";
import type { Gate } from "../sync/gate.ts";
import type { Ledger } from "../sync/ledger.ts";
import type { SyncLog } from "../synclog/sync-log.ts";

/** What concerns one CRM. */
export interface OperatedCrm {
  readonly crm: string;
  readonly queue: SyncQueue;
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly connector: Connector;
  /** What of its records is not as it was written. */
  readonly drifted: DriftStore;
}

export interface OperateDeps {
  readonly crms: readonly OperatedCrm[];
  readonly inbox: Inbox;
  readonly setApart: SetApart;
  readonly quarantine: Quarantine;
  readonly syncLog: SyncLog;
  readonly mappings: LiveMappings;
  readonly policy: FoldPolicy;
  readonly queueSettings: QueueSettings;
  /** Reads a delivery once more, as if it had just arrived. */
  readonly receiveAgain: (delivery: QuarantinedDelivery) => Promise<Receipt>;
}

/** Where a CRM's tokens are kept that it changes. */
export type TokensOf = (crm: string) => TokenChains;

/** Somebody named a CRM that is not configured here. */
class UnknownCrmError extends Error {
  readonly kind = "unknown_crm";
  override readonly name = "UnknownCrmError";
}

/** @throws UnknownCrmError */
export function crmOf<Crm extends { readonly crm: string }>(
  { crms }: { readonly crms: readonly Crm[] },
  name: string | null | undefined,
): Crm {
  const found = crms.find(({ crm }) => crm === name);
  if (found !== undefined) return found;
  throw new UnknownCrmError(`CRM "${name}" is not configured; CRM names ${crms.map(({ crm }) => crm).join(", ")}.`);
}

/** The mapping in force of a CRM, for whichever company. */
export function mappingOf({ mappings }: Pick<OperateDeps, "mappings">, crm: string): ChooseMapping {
  return mappingChooser(mappings.current().set, crm);
}
