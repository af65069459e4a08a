/**
 * `crm-sync mapping impact`: for the purchases whose notifications are still kept, what a new mapping would make
 * different. Some purchases are read at a time, so that any number of them fits into memory; nothing is written anywhere.
 */

import { basename } from "node:path";
import type { PurchaseState } from "../booking/types.ts";
import { differences, type PlanDifference } from "../mapping/difference.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { parseMapping } from "../mapping/parse.ts";
import type { PersonsBookings } from "../mapping/persons-bookings.ts";
import { type MappingSet, mappingChooser } from "../mapping/set.ts";
import { latestJoined } from "../sync/latest-state.ts";
import { seenOfPeople } from "../sync/persons-bookings.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { previewOf } from "./preview.ts";

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

/**
 * The set as it would be with the new file in the place of the one of the same name, whichever companies that serves; where it is
 * a file more, it takes its companies over from the others.
 */
export function withMapping({ mappings }: MappingSet, next: Mapping): MappingSet {
  const name = basename(next.file);
  const own = mappings.find((one) => one.crm === next.crm && basename(one.file) === name);
  if (own !== undefined) return { mappings: [...mappings.filter((one) => one !== own), next] };
  return { mappings: [...mappings.flatMap((one) => withoutCompaniesOf(next, one)), next] };
}

function withoutCompaniesOf(next: Mapping, mapping: Mapping): Mapping[] {
  if (mapping.crm !== next.crm) return [mapping];
  if (mapping.companies.length === 0) return next.companies.length === 0 ? [] : [mapping];
  const companies = mapping.companies.filter((id) => !next.companies.includes(id));
  return companies.length === 0 ? [] : [{ ...mapping, companies }];
}

/** The same with the text of a file without mistakes. @throws MappingFileError */
export function withMappingText(set: MappingSet, text: string, file: string): MappingSet {
  return withMapping(set, parseMapping(text, file));
}

/** Purchases read at a time: enough for Redis to be asked while others are evaluated, few enough to be held at once. */
const AT_ONCE = 16;

/** A purchase as a pass would see it. */
export interface KeptPurchase {
  readonly state: PurchaseState;
  /** All bookings of its people, where a mapping reads them. */
  readonly theirs: PersonsBookings | undefined;
}

/**
 * Each purchase with a notification that is still kept, as it is known to a CRM's ledger now.
 *
 * @param sets the mappings that are to be compared
 */
export async function* keptStates(
  deps: OperateDeps,
  crm: string,
  ...sets: readonly MappingSet[]
): AsyncGenerator<KeptPurchase> {
  const { ledger } = crmOf(deps, crm);
  const mappings = { mappings: sets.flatMap((set) => set.mappings) };
  const read = { ...deps, ledger, crm, mappings };
  const asked: Promise<KeptPurchase | undefined>[] = [];
  for await (const purchaseId of deps.inbox.purchases()) {
    const state = asPassSees(read, purchaseId);
    // What fails is told when its turn comes.
    state.catch(() => {});
    asked.push(state);
    if (asked.length >= AT_ONCE) yield* known(await asked.shift());
  }
  for (const state of asked) yield* known(await state);
}

async function asPassSees(
  deps: Parameters<typeof seenOfPeople>[0],
  purchaseId: string,
): Promise<KeptPurchase | undefined> {
  const joined = await latestJoined(deps, purchaseId);
  return joined && { state: joined.state, theirs: await seenOfPeople(deps, joined) };
}

function known(purchase: KeptPurchase | undefined): readonly KeptPurchase[] {
  return purchase === undefined ? [] : [purchase];
}

export async function measureImpact(
  states: AsyncIterable<KeptPurchase>,
  crm: string,
  before: MappingSet,
  after: MappingSet,
): Promise<Impact> {
  let purchases = 0;
  let differing = 0;
  let failing = 0;
  let failure: string | undefined;
  const groups = new Map<string, ImpactGroup>();
  for await (const { state, theirs } of states) {
    purchases += 1;
    const old = previewOf(state, mappingChooser(before, crm), theirs);
    const next = previewOf(state, mappingChooser(after, crm), theirs);
    const failed = next.failures.find(({ bookingId }) => !old.failures.some((one) => one.bookingId === bookingId));
    if (failed !== undefined) {
      failing += 1;
      failure ??= failed.error instanceof Error ? failed.error.message : String(failed.error);
    }
    // What cannot be said of a booking is no difference.
    const unsaid = new Set(next.failures.map(({ bookingId }) => bookingId));
    const found = differences(old.plans, next.plans).filter(({ bookingId }) => !unsaid.has(bookingId));
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
