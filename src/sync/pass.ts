/** What a pass works with, and what it tells. */
import type { Connector } from "../../connectors/connector.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { Inbox, Settled } from "../inbox/inbox.ts";
import type { MappingSet } from "../mapping/set.ts";
import type { Locks } from "../redis/locks.ts";
import type { NotificationEntry, PassEntry, RecordEntry, UnidentifiedEntry } from "../synclog/entries.ts";
import type { AskedRecord } from "./asked-fields.ts";
import type { Ledger } from "./ledger.ts";
import type { LookUpCache } from "./look-up-cache.ts";

export interface PassDeps {
  readonly crm: string;
  readonly connector: Connector;
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  readonly locks: Locks;
  /** The mappings in force now; asked once by each pass, which goes by them until it ends. */
  readonly mappings: () => MappingSet;
  readonly policy: FoldPolicy;
  /** Removes what is stored of the purchase where it is for somebody who was forgotten. @returns whether it was */
  readonly dropForgotten: (state: PurchaseState) => Promise<boolean>;
  /** Has BookingBug asked what a notification left open, where it can be: the pass goes on. @param number the notification's */
  readonly ask: (purchaseId: string, number: number) => Promise<void>;
  /** Keeps what somebody is to be asked about, or no more. */
  readonly noteAsked: (asked: AskedRecord) => Promise<void>;
  /** What mappings looked up of late. */
  readonly lookUps: LookUpCache;
  /** Has purchases brought up to date soon, although nothing new came for them. */
  readonly lookAgain: (purchaseIds: readonly string[]) => Promise<void>;
}

/** Name of the lock that a pass holds. */
export function passLock(crm: string, purchaseId: string): string {
  return `pass:${crm}:${purchaseId}`;
}

/** What one pass did. It holds what was written, and with it personal data: for the sync log, never for the log. */
export interface PassReport {
  readonly purchaseId: string;
  /** The newest of the arrivals the pass worked for: those the CRM had not settled before it, oldest first. */
  readonly deliveryIds: readonly string[];
  /** Those of them that it folded in; a pass before it may have done so and failed later. */
  readonly notifications: readonly NotificationEntry[];
  readonly state: PurchaseState | undefined;
  /** Versions of the mapping files that its bookings were planned by. */
  readonly mappings: readonly string[];
  readonly records: readonly RecordEntry[];
  /** Absent when everybody was. */
  readonly unidentified?: readonly UnidentifiedEntry[];
  readonly asked: PassEntry["asked"];
  /** Arrivals that count as applied or superseded since. */
  readonly settled: Settled;
}
