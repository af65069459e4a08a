/**
 * `crm-sync mapping impact`: for the purchases whose notifications are still kept, what a new mapping would make
 * different. Some purchases are read at a time, so that any number of them fits into memory; nothing is written anywhere.
 */
import type { PurchaseState } from "../booking/types.ts";
import { differences, type PlanDifference } from "../mapping/difference.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { parseMapping } from "../mapping/parse.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type MappingSet, mappingChooser } from "../mapping/set.ts";
import { latestState } from "../sync/latest-state.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { plansOf } from "./preview.ts";

export interface Example {
  readonly purchaseId: string;
  readonly difference: PlanDifference;
}

/** What differs in the same way, at the same field of the same section. */
export interface ImpactGroup {
  readonly section: string;
  readonly object: string;
  readonly what: string;
  readonly count: number;
  readonly examples: readonly Example[];
}

export interface Impact {
  /** Purchases looked at. */
  readonly purchases: number;
  /** Of them those for which something differs. */
  readonly differing: number;
  /** Of them those that the new mapping fails for, and did not before. */
  readonly failing: { readonly count: number; readonly example: string | undefined };
  /** In order of count. */
  readonly groups: readonly ImpactGroup[];
}

const EXAMPLES = 3;

/** The set as it would be with the new file in the place of those that serve the same companies of the same CRM. */
export function withMapping({ mappings }: MappingSet, next: Mapping): MappingSet {
  const isReplaced = ({ crm, companies }: Mapping): boolean =>
    crm === next.crm &&
    (companies.length === 0 ? next.companies.length === 0 : companies.some((id) => next.companies.includes(id)));
  return { mappings: [...mappings.filter((mapping) => !isReplaced(mapping)), next] };
}

/** The same with the text of a file without mistakes. @throws MappingFileError */
export function withMappingText(set: MappingSet, text: string, file: string): MappingSet {
  return withMapping(set, parseMapping(text, file));
}

/** Purchases read at a time: enough for Redis to be asked while others are evaluated, few enough to be held at once. */
const AT_ONCE = 16;

/** Each purchase with a notification that is still kept, as it is known to a CRM's ledger now. */
export async function* keptStates(deps: OperateDeps, crm: string): AsyncGenerator<PurchaseState> {
  const { ledger } = crmOf(deps, crm);
  const asked: Promise<PurchaseState | undefined>[] = [];
  for await (const purchaseId of deps.inbox.purchases()) {
    const state = latestState({ ...deps, ledger }, purchaseId);
    // What fails is told when its turn comes.
    state.catch(() => {});
    asked.push(state);
    if (asked.length >= AT_ONCE) yield* known(await asked.shift());
  }
  for (const state of asked) yield* known(await state);
}

function known(state: PurchaseState | undefined): readonly PurchaseState[] {
  return state === undefined ? [] : [state];
}

export async function measureImpact(
  states: AsyncIterable<PurchaseState>,
  crm: string,
  before: MappingSet,
  after: MappingSet,
): Promise<Impact> {
  let purchases = 0;
  let differing = 0;
  let failing = 0;
  let failure: string | undefined;
  const groups = new Map<string, ImpactGroup>();
  for await (const state of states) {
    purchases += 1;
    const old = tryPlans(state, crm, before);
    const next = tryPlans(state, crm, after);
    if (next instanceof Error) {
      if (old instanceof Error) continue;
      failing += 1;
      failure ??= next.message;
      continue;
    }
    const found = differences(old instanceof Error ? [] : old, next);
    if (found.length > 0) differing += 1;
    for (const difference of found) addTo(groups, { purchaseId: state.purchaseId, difference });
  }
  return {
    purchases,
    differing,
    failing: { count: failing, example: failure },
    groups: [...groups.values()].toSorted((a, b) => b.count - a.count),
  };
}

function tryPlans(state: PurchaseState, crm: string, set: MappingSet): RecordPlan[] | Error {
  try {
    return plansOf(state, mappingChooser(set, crm));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function addTo(groups: Map<string, ImpactGroup>, example: Example): void {
  const { section, object, change } = example.difference;
  const what = WHAT[change.kind] ?? (change.kind === "field" ? change.field : change.kind);
  const key = `${section}\n${object}\n${what}`;
  const group = groups.get(key) ?? { section, object, what, count: 0, examples: [] };
  const examples = group.examples.length < EXAMPLES ? [...group.examples, example] : group.examples;
  groups.set(key, { ...group, count: group.count + 1, examples });
}

const WHAT: Readonly<Record<string, string>> = {
  record_new: "(a record more)",
  record_gone: "(no longer written; what is in the CRM stays)",
  record_other: "(another object: a new record would be made, a booking's former one cancelled)",
  record_deleted: "(deleted, since the booking is cancelled)",
  record_kept: "(a cancelled booking's record, which would no longer be deleted)",
  external_id: "(another external id, which the known records would get)",
  links: "(other links)",
};

/** @param values whether the examples show what BookingBug sent, which is personal data */
export function formatImpact(impact: Impact, options: { readonly values: boolean }): string {
  const { purchases, differing, failing, groups } = impact;
  const head = `${purchases} purchases looked at; something would differ for ${differing} of them.`;
  const failures =
    failing.count === 0 ? [] : [`The new mapping fails for ${failing.count} of them, first: ${failing.example}`];
  const lines = groups.flatMap((group) => [
    `${String(group.count).padStart(7)}  ${group.section} (${group.object}) ${group.what}`,
    ...group.examples.map((example) => `           ${formatExample(example, options.values)}`),
  ]);
  const note =
    differing === 0
      ? []
      : ["Nothing is rewritten by itself: a purchase's next notification does it, or `crm-sync replay`."];
  return [head, ...failures, ...lines, ...note].join("\n");
}

function formatExample({ purchaseId, difference: { bookingId, change } }: Example, values: boolean): string {
  const where = bookingId === undefined ? `purchase ${purchaseId}` : `purchase ${purchaseId}, booking ${bookingId}`;
  if (!values || change.kind !== "field") return where;
  return `${where}: ${JSON.stringify(change.before) ?? "nothing"} → ${JSON.stringify(change.after) ?? "nothing"}`;
}
