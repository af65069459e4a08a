/** The CRM records that a held purchase's person may be, with what tells them apart and what a pick would write. */
import type { Connector, CrmRecord, FieldValue, FindQuery, TellingField } from "../../connectors/connector.ts";
import { CrmError, NotFoundError } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { oursOf } from "../sync/applied-record.ts";
import { isEmpty } from "../sync/values.ts";
import { judge } from "../sync/write-rules.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { personPlan } from "./person-plan.ts";

export interface Candidates {
  readonly facts: readonly Fact[];
  /** Those of the candidates that the CRM still has. */
  readonly candidates: readonly Candidate[];
  /** The field that holds our id of a person; undefined where this one has none. */
  readonly stampField: string | undefined;
}

/** What is known of each candidate, side by side. */
export interface Fact {
  readonly field: string;
  /** What the CRM tells of its record by a standard field. */
  readonly tells: TellingField["tells"] | undefined;
  /** What BookingBug says, in the mapping's words; undefined where it says nothing. */
  readonly wanted: FieldValue | undefined;
}

export interface Candidate {
  readonly id: string;
  /** By field; a field that our user may not read is missing. */
  readonly values: Readonly<Record<string, FieldValue>>;
  /** What the next pass writes to it once it is picked. */
  readonly changes: readonly {
    readonly field: string;
    readonly from: FieldValue | undefined;
    readonly to: FieldValue;
  }[];
  /** Whether it bears somebody else's id, and keeps it. */
  readonly isSomebodys: boolean;
}

interface Held {
  readonly crm: string;
  readonly purchaseId: string;
  readonly section: string;
  readonly candidates: readonly string[];
}

/** @throws CrmError when the CRM cannot be asked; NothingToPickError, UnknownCrmError */
export async function readCandidates(deps: OperateDeps, held: Held): Promise<Candidates> {
  const { connector, ledger } = crmOf(deps, held.crm);
  const plan = await personPlan(deps, held.crm, held.purchaseId, held.section);
  const telling = connector.tellingFields?.(plan.object) ?? [];
  const select = [plan.identity.field];
  const also = [...new Set([...plan.fields, ...plan.match, ...telling].map(({ field }) => field))];
  const query = { object: plan.object, select, also };
  const found = (
    await Promise.all(held.candidates.map((id) => stillThere(connector, { ...query, by: { id } })))
  ).flat();
  const named = await withNames(connector, telling, found);
  const candidates = await Promise.all(
    named.map(async (record, index): Promise<Candidate> => {
      const { record: known } = await ledger.loadRecord(plan.object, record.id);
      const ours = (field: string) => (known === undefined ? [] : oursOf(known, field));
      return { ...record, ...writtenTo(plan, found[index]?.values ?? {}, ours) };
    }),
  );
  return { facts: factsOf(plan, telling, candidates), candidates, stampField: stampField(plan) };
}

function stampField({ identity }: RecordPlan): string | undefined {
  return identity.value === undefined ? undefined : identity.field;
}

/** First what tells people apart, then what else the mapping knows; what no candidate and nobody says is left out. */
function factsOf(plan: RecordPlan, telling: readonly TellingField[], candidates: readonly Candidate[]): Fact[] {
  const { fields, match, identity } = plan;
  const wanted = new Map<string, FieldValue>([
    ...match.map(({ field, value }) => [field, value] as const),
    ...fields.map(({ field, value }) => [field, value] as const),
    ...(identity.value === undefined ? [] : [[identity.field, identity.value] as const]),
  ]);
  const tells = new Map(telling.map((one) => [one.field, one.tells]));
  const all = [...match, ...telling, ...fields, identity].map(({ field }) => field);
  return [...new Set(all)]
    .map((field) => ({ field, tells: tells.get(field), wanted: wanted.get(field) ?? undefined }))
    .filter(
      ({ field, wanted: word }) => word !== undefined || candidates.some(({ values }) => !isEmpty(values[field])),
    );
}

function writtenTo(
  plan: RecordPlan,
  values: Readonly<Record<string, FieldValue>>,
  ours: (field: string) => readonly FieldValue[],
): Pick<Candidate, "changes" | "isSomebodys"> {
  const { field, value } = plan.identity;
  const borne = values[field];
  const isSomebodys = !isEmpty(borne) && borne !== value;
  const stamp = value === undefined || isSomebodys ? [] : [{ field, value }];
  const changes = [...judge(plan.fields, values, ours).writable, ...stamp]
    .filter((one) => values[one.field] !== one.value)
    .map((one) => ({ field: one.field, from: values[one.field], to: one.value }));
  return { changes, isSomebodys };
}

/** Whose name the CRM keeps elsewhere is asked for once; who cannot be found stays an id. */
async function withNames(
  { find }: Pick<Connector, "find">,
  telling: readonly TellingField[],
  records: readonly CrmRecord[],
): Promise<CrmRecord[]> {
  const names = new Map<string, string>();
  for (const { field, names: by } of telling) {
    if (by === undefined) continue;
    const ids = new Set(records.map(({ values }) => values[field]).filter((id) => typeof id === "string"));
    for (const id of ids) {
      const [one] = await find({ object: by.object, by: { id }, select: by.by }).catch(untold);
      const name = by.by.map((part) => one?.values[part] ?? "").join(" ");
      if (name.trim() !== "") names.set(`${field} ${id}`, name.trim());
    }
  }
  return records.map((record) => ({
    ...record,
    values: Object.fromEntries(
      Object.entries(record.values).map(([field, value]) => [field, names.get(`${field} ${value}`) ?? value]),
    ),
  }));
}

function untold(error: unknown): readonly CrmRecord[] {
  if (error instanceof CrmError) return [];
  throw error;
}

/** One that was merged into another, as an operator may be asked to do, is a candidate no longer. */
async function stillThere(
  { find }: { readonly find: Connector["find"] },
  query: FindQuery,
): Promise<readonly CrmRecord[]> {
  try {
    return await find(query);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
