/** What the pages work with: what operating takes, and what only pages show. */
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Audit } from "../audit/audit.ts";
import type { Bulks } from "../bulk/bulks.ts";
import type { Pace } from "../bulk/estimate.ts";
import type { Credentials } from "../config/config.ts";
import type { Round, Rounds } from "../drift/round.ts";
import type { DriftStore } from "../drift/store.ts";
import type { AnnouncedAlerts } from "../health/announced.ts";
import type { Facts } from "../health/facts.ts";
import type { Verdict } from "../health/verdict.ts";
import type { Snapshot } from "../metrics/snapshot.ts";
import type { OperateDeps, OperatedCrm } from "../operate/deps.ts";
import type { History } from "../reconcile/history.ts";
import type { Plan } from "../reconcile/standing.ts";
import type { MappingVersions } from "../stats/mapping-versions.ts";
import type { SchemaSeen } from "../stats/schema-seen.ts";
import type { Statistics } from "../stats/statistics.ts";
import { PageError } from "./page.ts";
import type { Counts } from "./views/layout.ts";

/** The rounds over a CRM's records, and what they found. */
export interface ShownDrift {
  readonly crm: string;
  /** Whether the worker makes rounds by itself. */
  readonly isOn: boolean;
  readonly rounds: Pick<Rounds, "load">;
  readonly store: Pick<DriftStore, "page" | "count" | "tally">;
  /** Purchases that the round has not come to. */
  left(after: Round["after"]): Promise<number>;
  /** Calls that rounds may make in a day. */
  callsADay(): Promise<number>;
}

export interface AdminDeps extends OperateDeps {
  readonly admin: Credentials;
  readonly statistics: Statistics;
  readonly snapshot: (crm: string) => Promise<Snapshot>;
  /** The verdict over everything, and what it is made of. */
  readonly health: { facts(): Promise<Facts>; judge(facts: Facts): Verdict };
  /** What people have been told of and is not over. */
  readonly announced: Pick<AnnouncedAlerts, "read" | "acknowledge">;
  readonly mappingVersions: MappingVersions;
  /** Over BookingBug's bookings, that ended. */
  readonly walks: Pick<History, "newest">;
  /** What of the CRMs' objects no longer suits the mappings, when they were last asked. */
  readonly schemas: Pick<SchemaSeen, "last">;
  readonly drift: readonly ShownDrift[];
  /** How often there should be one, and over what. */
  readonly plan: Plan;
  readonly counts: () => Promise<Counts>;
  readonly audit: Audit;
  /** Jobs on many purchases. */
  readonly bulks: Omit<Bulks, "store" | "close">;
  readonly pace: Pace;
  readonly log: ConnectorLog;
}

/** @throws PageError when there is no such CRM */
export function knownCrm({ crms }: AdminDeps, name: string | null | undefined): OperatedCrm {
  const found = crms.find(({ crm }) => crm === name);
  if (found === undefined) throw new PageError(404, "There is no such CRM here. Go back and reload the page.");
  return found;
}
