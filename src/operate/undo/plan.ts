/** What undoing the chosen passes would do: read from the timelines, the ledger and the CRM, without writing anything. */
import type { Connector } from "../../../connectors/connector.ts";
import { CrmError, NotFoundError } from "../../../connectors/errors.ts";
import type { Locks } from "../../redis/locks.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import { crmOf, type OperateDeps, type OperatedCrm } from "../deps.ts";
import { candidates, type UndoChoice } from "./choice.ts";
import { judge, type Live, type Seen, type Verdict } from "./judge.ts";
import { gather, type WrittenRecord } from "./written.ts";

export interface UndoDeps extends Pick<OperateDeps, "crms" | "inbox" | "syncLog" | "mappings" | "queueSettings"> {
  readonly locks: Locks;
}

export interface Survey {
  readonly records: readonly WrittenRecord[];
  /** Those with a chosen pass that wrote something. */
  readonly purchases: number;
  /** There are more than are undone at once. */
  readonly isMore: boolean;
  /** Purchases of which the earliest chosen passes may be known no more. */
  readonly cutShort: number;
  /** Of the versions that planned the passes those that are in force. */
  readonly inForce: readonly string[];
}

export interface PlannedRecord {
  readonly record: WrittenRecord;
  readonly verdicts: readonly Verdict[];
  readonly live: Live;
}

/** As many purchases as the list of what a mapping's version wrote holds. */
const MOST_PURCHASES = 20_000;
/** Records that are read at one moment, so that they share the CRM's calls. */
const AT_ONCE = 100;

/** @throws UnknownCrmError */
export async function survey(deps: UndoDeps, crm: string, choice: UndoChoice): Promise<Survey> {
  const { ledger } = crmOf(deps, crm);
  const gathering = gather(choice);
  const seen = new Set<string>();
  let purchases = 0;
  let isMore = choice.kind === "version" && (await deps.syncLog.writtenBy.count(crm, choice.version)) >= MOST_PURCHASES;
  for await (const ids of candidates(deps, ledger.crm, choice)) {
    const fresh = ids.filter((id) => !seen.has(id));
    const timelines = await Promise.all(fresh.map((id) => deps.syncLog.undoable(crm, id)));
    for (const [index, id] of fresh.entries()) {
      seen.add(id);
      if (gathering.add(id, timelines[index] ?? [])) purchases += 1;
    }
    if (purchases < MOST_PURCHASES || choice.kind === "version") continue;
    isMore = true;
    break;
  }
  const { versions, cutShort } = gathering;
  const current = deps.mappings.current().set.mappings.filter((mapping) => mapping.crm === crm);
  const inForce = [...new Set(current.map(({ version }) => version))].filter((version) => versions.has(version));
  return { records: gathering.records(), purchases, isMore, cutShort, inForce };
}

/** @throws CrmError where the CRM cannot be asked */
export async function plan(
  deps: UndoDeps,
  crm: string,
  records: readonly WrittenRecord[],
  onProgress: (done: number, total: number) => void,
): Promise<readonly PlannedRecord[]> {
  const operated = crmOf(deps, crm);
  const ids = externalIds(deps, crm);
  const planned: PlannedRecord[] = [];
  for (let from = 0; from < records.length; from += AT_ONCE) {
    const some = records.slice(from, from + AT_ONCE);
    const judged = await Promise.all(
      some.map(async (record) => {
        const seen = await see(operated, record, await knownOf(operated, record), ids);
        return { record, verdicts: judge(record, seen), live: seen.live };
      }),
    );
    planned.push(...judged);
    onProgress(planned.length, records.length);
  }
  return planned;
}

async function knownOf(
  { ledger }: OperatedCrm,
  { object, id, owner }: WrittenRecord,
): Promise<AppliedRecord | undefined> {
  if (owner.kind === "shared") return (await ledger.loadRecord(object, id)).record;
  return ownRecord((await ledger.load(owner.purchaseId)).records[owner.key], { object, id });
}

/** Undefined where the booking has another one by now. */
export function ownRecord(
  known: AppliedRecord | undefined,
  { object, id }: Pick<WrittenRecord, "object" | "id">,
): AppliedRecord | undefined {
  return known?.object === object && known.id === id ? known : undefined;
}

/** @throws CrmError where the CRM cannot be asked now */
export async function see(
  { connector }: Pick<OperatedCrm, "connector">,
  record: WrittenRecord,
  known: AppliedRecord | undefined,
  externalIds: ReadonlySet<string>,
): Promise<Seen> {
  const ids = known?.stamp === undefined ? externalIds : new Set([...externalIds, known.stamp.field]);
  return { live: await liveOf(connector, record), base: known?.values, externalIds: ids };
}

async function liveOf(connector: Connector, { object, id, fields, became }: WrittenRecord): Promise<Live> {
  if (became === "removed") return "gone";
  try {
    const found = await connector.find({ object, by: { id }, select: fields.map(({ field }) => field) });
    return found.find((one) => one.id === id)?.values ?? "gone";
  } catch (error) {
    if (error instanceof NotFoundError) return "gone";
    if (error instanceof CrmError && !error.retry) return "unreadable";
    throw error;
  }
}

/** Fields by which the mappings in force tell our records. */
export function externalIds({ mappings }: Pick<OperateDeps, "mappings">, crm: string): ReadonlySet<string> {
  const own = mappings.current().set.mappings.filter((mapping) => mapping.crm === crm);
  return new Set(own.flatMap(({ sections }) => sections.map(({ identity }) => identity.field)));
}
