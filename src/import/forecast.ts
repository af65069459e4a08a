/** What one purchase would become in one CRM, which is looked at and never written to. */
import { foldNotification } from "../booking/fold.ts";
import type { PurchaseNotification } from "../booking/types.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { mappingOf, type OperateDeps, type OperatedCrm } from "../operate/deps.ts";
import type { RecordDiff } from "../operate/preview-diff.ts";
import { comparedWith } from "../operate/preview-purchase.ts";
import { digest } from "../redis/keys.ts";
import { latestState } from "../sync/latest-state.ts";
import { type BookingPlans, planPurchase } from "../sync/plan-purchase.ts";
import type { PlannedRecord, Verdict } from "./plan-file.ts";

export interface ForecastDeps extends Pick<OperateDeps, "inbox" | "mappings" | "policy"> {
  readonly crm: OperatedCrm;
}

export interface Forecast {
  readonly records: readonly PlannedRecord[];
  /** Of what would be written, each as section and field. */
  readonly fields: readonly (readonly [section: string, field: string])[];
  /** Of the CRM's, when nothing else is asked at the same time. */
  readonly calls: number;
  /** Records of the CRM of which a person has to pick one. */
  readonly held: readonly {
    readonly section: string;
    readonly object: string;
    readonly candidates: readonly string[];
  }[];
}

type Decided = Pick<Forecast, "calls"> & { readonly verdict: Verdict; readonly diff: RecordDiff };

/** Remembers of each person no more than what becomes of them: who comes with several purchases is created once. */
export function createForecast(
  deps: ForecastDeps,
): (said: PurchaseNotification, bookingIds: ReadonlySet<string>) => Promise<Forecast> {
  const { crm, inbox, policy } = deps;
  const people = new Map<string, Verdict | "absent" | Promise<Verdict | "absent">>();

  async function stateAfter(notification: PurchaseNotification) {
    const known = await latestState({ inbox, ledger: crm.ledger, policy }, notification.purchaseId);
    const seq = (known?.seq ?? 0) + 1;
    const head = { seq, order: seq, receivedAt: new Date().toISOString(), route: "read_back" } as const;
    return foldNotification(known, { ...head, notification }, policy).state;
  }

  async function isInLedger(plan: RecordPlan): Promise<boolean> {
    return (await crm.ledger.loadShared(plan.section, knownAs(plan))) !== undefined;
  }

  async function decide(purchaseId: string, plan: RecordPlan): Promise<Decided> {
    const diff = await comparedWith(crm, purchaseId, plan);
    const isKnown = plan.scope.kind === "shared" && (await isInLedger(plan));
    const verdict = diff.kind === "existing" && isKnown ? "known" : VERDICTS[diff.kind];
    return { diff, verdict, calls: callsOf(plan, diff) };
  }

  /** @returns undefined where an earlier purchase of this import brings the record */
  async function decideShared(purchaseId: string, plan: RecordPlan): Promise<Decided | Verdict | "absent"> {
    const who = digest(`${plan.section} ${knownAs(plan)}`).slice(0, 16);
    const before = people.get(who);
    if (before !== undefined) {
      const verdict = await before;
      return verdict === "held" || verdict === "absent" ? verdict : "known";
    }
    const deciding = decide(purchaseId, plan);
    people.set(
      who,
      deciding.then(({ verdict, diff }) => (diff.kind === "absent" ? diff.kind : verdict)),
    );
    const decided = await deciding;
    const answer = decided.diff.kind === "absent" ? decided.diff.kind : decided.verdict;
    people.set(who, answer);
    return answer === "absent" ? answer : decided;
  }

  return async (said, bookingIds) => {
    const { purchaseId } = said;
    const { bookings, failures } = planPurchase(await stateAfter(said), mappingOf(deps, crm.crm), {
      ids: [...bookingIds],
    });
    const plans = uniquePlans(bookings);
    const decided = await Promise.all(
      plans.map((plan) => (plan.scope.kind === "shared" ? decideShared(purchaseId, plan) : decide(purchaseId, plan))),
    );
    const open = new Set<string>();
    const absent = new Set(plans.filter((_plan, index) => decided[index] === "absent").map(({ key }) => key));
    const looked: (Looked | undefined)[] = decided.map((answer, index) => {
      const plan = plans[index];
      if (plan === undefined || answer === "absent") return undefined;
      if (plan.unless !== undefined && !absent.has(plan.unless)) return undefined;
      const own = typeof answer === "string" ? answer : answer.verdict;
      const verdict = plan.links.some(({ to }) => open.has(to)) ? "waiting" : own;
      if (verdict !== "created" && verdict !== "adopted" && verdict !== "known") open.add(plan.key);
      return { plan, verdict, ...(typeof answer !== "string" && { decided: answer }) };
    });
    return summed(
      looked.filter((one) => one !== undefined),
      failures.length,
    );
  };
}

interface Looked {
  readonly plan: RecordPlan;
  readonly verdict: Verdict;
  /** Absent where an earlier purchase of the import brings the record. */
  readonly decided?: Decided;
}

/** @param failing bookings that the mapping cannot say anything of */
function summed(looked: readonly Looked[], failing: number): Forecast {
  const written = looked.flatMap(({ plan, verdict, decided }) =>
    decided !== undefined && WRITTEN.has(verdict) ? [{ plan, ...decided }] : [],
  );
  const failed = { section: "booking", object: "booking", verdict: "failing" } as const;
  return {
    records: [
      ...looked.map(({ plan: { key, section, object }, verdict }) => ({ key, section, object, verdict })),
      ...Array.from({ length: failing }, (_, index) => ({ key: `booking ${index}`, ...failed })),
    ],
    fields: written.flatMap(({ plan, diff }) => fieldsOf(plan, diff)),
    calls: written.reduce((sum, { calls }) => sum + calls, 0),
    held: looked.flatMap(({ plan: { section, object }, decided }) =>
      decided?.diff.kind === "several" ? [{ section, object, candidates: decided.diff.ids.slice(0, NAMED) }] : [],
    ),
  };
}

const WRITTEN: ReadonlySet<Verdict> = new Set(["created", "adopted", "known"]);

/** Of the records that a person has to pick from. */
const NAMED = 5;

const VERDICTS = {
  new: "created",
  absent: "known",
  existing: "adopted",
  followed: "known",
  removed: "known",
  deleted: "failing",
  several: "held",
} as const satisfies Record<RecordDiff["kind"], Verdict>;

function uniquePlans(bookings: readonly BookingPlans[]): RecordPlan[] {
  const all = bookings.flatMap(({ shared, plans }) => [...shared.values(), ...plans]);
  return [...new Map(all.map((plan) => [plan.key, plan])).values()];
}

function fieldsOf(plan: RecordPlan, diff: RecordDiff): (readonly [string, string])[] {
  const fields =
    diff.kind === "new"
      ? plan.fields
      : diff.kind === "existing"
        ? diff.fields.filter(({ left }) => left === undefined)
        : [];
  return fields.map(({ field }) => [plan.section, field]);
}

/** A look-up for each field that a record is recognised by, a write, and what links it. */
function callsOf(plan: RecordPlan, diff: RecordDiff): number {
  if (diff.kind !== "new" && diff.kind !== "existing") return 0;
  return plan.match.length + 1 + plan.links.length;
}
