/** The records that a CRM's ledger says it holds, newest purchases first, with what of each is to be looked at. */
import type { FieldValues } from "../../../connectors/connector.ts";
import type { Inbox } from "../../inbox/inbox.ts";
import { knownAs } from "../../mapping/known-as.ts";
import type { RecordPlan } from "../../mapping/plan.ts";
import type { ChooseMapping } from "../../mapping/set.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import type { Ledger } from "../../sync/ledger.ts";
import { planPurchase } from "../../sync/plan-purchase.ts";
import type { SyncLog } from "../../synclog/sync-log.ts";

export interface HeldDeps {
  readonly crm: string;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly syncLog: SyncLog;
  readonly choose: ChooseMapping;
}

/** A record as it was last written. */
export interface Held {
  readonly purchaseId: string;
  readonly section: string;
  readonly object: string;
  readonly id: string;
  /** What the CRM has to hold; what must not overwrite, or is the CRM's once it is made, is not in it. */
  readonly values: FieldValues;
  /** Whether the ledger still says the same, and nothing is under way. */
  stillSo(): Promise<boolean>;
}

/** What a purchase has in the CRM, or that something of it is under way. */
export type HeldPurchase =
  | { readonly kind: "settled"; readonly held: readonly Held[] }
  /** Something waits, failed, is held, or may be half done. */
  | { readonly kind: "under_way" };

const PAGE = 100;

export async function* heldPurchases(deps: HeldDeps): AsyncGenerator<HeldPurchase> {
  for (let offset = 0; ; offset += PAGE) {
    const page = await deps.syncLog.recent({ offset, limit: PAGE });
    yield* await Promise.all(page.map(({ purchaseId }) => heldBy(deps, purchaseId)));
    if (page.length < PAGE) return;
  }
}

async function heldBy(deps: HeldDeps, purchaseId: string): Promise<HeldPurchase> {
  const { ledger, crm, choose } = deps;
  const [known, isWaiting, status] = await Promise.all([
    ledger.load(purchaseId),
    waits(deps, purchaseId),
    deps.syncLog.status(crm, [purchaseId]),
  ]);
  const isDoubtful = known.doubt !== undefined || Object.keys(known.begun).length > 0;
  if (isWaiting || isDoubtful || known.state === undefined || status.get(purchaseId)?.status === "failed") {
    return { kind: "under_way" };
  }
  const { bookings } = planPurchase(known.state, choose);
  const plans = new Map(bookings.flatMap(({ plans: own }) => own.map((plan) => [plan.key, plan])));
  const own = Object.entries(known.records).flatMap(([key, record]) => {
    const plan = plans.get(key);
    if (plan === undefined || plan.object !== record.object) return [];
    const now = async (): Promise<AppliedRecord | undefined> =>
      (await waits(deps, purchaseId)) ? undefined : (await ledger.load(purchaseId)).records[key];
    return [heldAs(purchaseId, plan, record, now)];
  });
  const shared = new Map(bookings.flatMap((booking) => [...booking.shared.values()]).map((plan) => [idOf(plan), plan]));
  const people = await Promise.all([...shared.values()].map((plan) => heldShared(deps, purchaseId, plan)));
  return { kind: "settled", held: [...own, ...people.filter((one) => one !== undefined)] };
}

async function waits({ inbox, crm }: HeldDeps, purchaseId: string): Promise<boolean> {
  return (await inbox.pendingSince(crm, purchaseId)) !== undefined;
}

const idOf = (plan: RecordPlan): string => `${plan.section}\n${knownAs(plan)}`;

async function heldShared({ ledger }: HeldDeps, purchaseId: string, plan: RecordPlan): Promise<Held | undefined> {
  const load = async (): Promise<AppliedRecord | undefined> => {
    const pointer = await ledger.loadPointer(plan.section, knownAs(plan));
    // What was converted is written to no more.
    if (pointer === undefined || pointer.became !== undefined || pointer.object !== plan.object) return undefined;
    const { record, doubt } = await ledger.loadRecord(pointer.object, pointer.id);
    return doubt === undefined ? record : undefined;
  };
  const record = await load();
  return record && heldAs(purchaseId, plan, record, load);
}

function heldAs(
  purchaseId: string,
  plan: RecordPlan,
  record: AppliedRecord,
  now: () => Promise<AppliedRecord | undefined>,
): Held {
  const { section, object, fields } = plan;
  const ours = new Set(fields.filter(({ write }) => write === "always").map(({ field }) => field));
  const values = Object.entries(record.values).filter(
    ([field]) => ours.has(field) && !(field in (record.refused ?? {})),
  );
  return {
    ...{ purchaseId, section, object, id: record.id, values: Object.fromEntries(values) },
    stillSo: async () => JSON.stringify(await now()) === JSON.stringify(record),
  };
}
