/** How a purchase stands in one CRM, with everything that is stored about that. */
import type { FieldValues } from "../../../connectors/connector.ts";
import type { PurchaseState } from "../../booking/types.ts";
import { knownAs } from "../../mapping/known-as.ts";
import type { RecordPlan } from "../../mapping/plan.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Locks } from "../../redis/locks.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import type { GateState } from "../../sync/gate.ts";
import { passLock } from "../../sync/pass.ts";
import { planPurchase } from "../../sync/plan-purchase.ts";
import { kindOfAll } from "../../synclog/cause.ts";
import type { FailureEntry } from "../../synclog/entries.ts";
import { crmOf, mappingOf, type OperateDeps, type OperatedCrm } from "../deps.ts";
import type { PurchaseCrm } from "../purchase.ts";
import { jobsOf, type ShownJob } from "./jobs.ts";
import type { Veil } from "./veil.ts";

export interface ShowDeps extends OperateDeps {
  readonly redis: RedisClient;
  readonly locks: Locks;
}

export interface ShownCrm {
  readonly crm: string;
  /** `held`: everything that failed waits for a person. */
  readonly status: "up_to_date" | "waiting" | "failed" | "held";
  readonly failures: readonly FailureEntry[];
  /** Set while nothing is sent to the CRM. */
  readonly gate?: GateState;
  /** Number of the newest notification that the CRM's ledger has folded in. */
  readonly foldedUpTo: number;
  readonly settledUpTo: number;
  /** ISO UTC. */
  readonly pendingSince?: string;
  readonly jobs: readonly ShownJob[];
  /** Milliseconds until the lock of the pass under way falls free, unless that renews it. */
  readonly passLockMs?: number;
  /** A record may exist of which the ledger has no id. */
  readonly attempted: boolean;
  /** The CRM may hold older values than the ledger says. */
  readonly doubted: boolean;
  /** Those of bookings. */
  readonly records: readonly (ShownLedgerRecord & { readonly key: string })[];
  /** Those of people and companies that the purchase's plans point to. */
  readonly shared: readonly ShownShared[];
}

interface ShownLedgerRecord {
  readonly object: string;
  readonly id: string;
  readonly url: string;
  readonly seq: number;
  readonly links: readonly string[];
  readonly values: FieldValues;
}

export interface ShownShared {
  readonly section: string;
  readonly object: string;
  /** A digest unless it is revealed. */
  readonly identity: string;
  /** Undefined while none is known. */
  readonly record: ShownLedgerRecord | undefined;
}

export async function showCrm(
  deps: ShowDeps,
  purchaseId: string,
  { crm, status, known }: PurchaseCrm,
  state: PurchaseState | undefined,
  veil: Veil,
): Promise<ShownCrm> {
  const { inbox, locks } = deps;
  const operated = crmOf(deps, crm);
  const [gate, settledUpTo, pendingSince, jobs, passLockMs, shared] = await Promise.all([
    operated.gate.state(),
    inbox.settledUpTo(crm, purchaseId),
    inbox.pendingSince(crm, purchaseId),
    jobsOf(deps, operated, purchaseId),
    locks.remainingMs(passLock(crm, purchaseId)),
    showShared(deps, operated, state, veil),
  ]);
  const failures = status?.failures ?? [];
  const isHeld = failures.length > 0 && kindOfAll(failures) === "held";
  return {
    crm,
    status: isHeld ? "held" : (status?.status ?? "up_to_date"),
    failures,
    ...(gate !== undefined && { gate }),
    foldedUpTo: known.state?.seq ?? 0,
    settledUpTo,
    ...(pendingSince !== undefined && { pendingSince }),
    jobs,
    ...(passLockMs !== undefined && { passLockMs }),
    attempted: known.attempted,
    doubted: known.doubt !== undefined,
    records: Object.entries(known.records).map(([key, record]) => ({ key, ...shown(operated, record, veil) })),
    shared,
  };
}

async function showShared(
  deps: ShowDeps,
  operated: OperatedCrm,
  state: PurchaseState | undefined,
  veil: Veil,
): Promise<readonly ShownShared[]> {
  if (state === undefined) return [];
  const { bookings } = planPurchase(state, mappingOf(deps, operated.crm));
  const plans = bookings.flatMap(({ shared }) => [...shared.values()]);
  const distinct = new Map(plans.map((plan) => [`${plan.section}\n${knownAs(plan)}`, plan]));
  return await Promise.all([...distinct.values()].map((plan) => showPlanned(operated, plan, veil)));
}

async function showPlanned(operated: OperatedCrm, plan: RecordPlan, veil: Veil): Promise<ShownShared> {
  const { section, object } = plan;
  const record = await operated.ledger.loadShared(section, knownAs(plan));
  return {
    section,
    object,
    identity: veil.identity(knownAs(plan)),
    record: record && shown(operated, record, veil),
  };
}

function shown({ connector }: OperatedCrm, record: AppliedRecord, veil: Veil): ShownLedgerRecord {
  const { object, id, seq, links, values } = record;
  return { object, id, url: connector.recordUrl(object, id), seq, links, values: veil.values(values) };
}
