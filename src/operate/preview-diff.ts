/** What a pass would change in the CRM as it is now. The CRM is only read. */
import type { Connector, CrmRecord, FieldValue, FieldValues } from "../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { AppliedRecord } from "../sync/ledger.ts";
import { headOf, sourceLine } from "./preview.ts";

export type FieldDiff = PlannedField & {
  readonly now: FieldValue;
  /** Why it would be left as it is; undefined when it would be written. */
  readonly left: "on_create" | "when_empty" | "edited_in_crm" | undefined;
};

export type RecordDiff =
  | { readonly kind: "new" }
  | { readonly kind: "several"; readonly ids: readonly string[] }
  | { readonly kind: "existing"; readonly id: string; readonly fields: readonly FieldDiff[] };

/**
 * @param applied what we last wrote, if anything: a field that says the same as then is not written again
 * @throws CrmError when the CRM cannot be read
 */
export async function diffRecord(
  connector: Pick<Connector, "find">,
  plan: RecordPlan,
  applied: AppliedRecord | undefined,
): Promise<RecordDiff> {
  const found = await findExisting(connector, plan, applied);
  const [current] = found;
  if (current === undefined) return { kind: "new" };
  if (found.length > 1) return { kind: "several", ids: found.map(({ id }) => id) };
  const fields = plan.fields.flatMap((field) => {
    const now = current.values[field.field] ?? null;
    return isSame(field.value, now) ? [] : [{ ...field, now, left: leftBecause(field, now, applied?.values) }];
  });
  return { kind: "existing", id: current.id, fields };
}

/** As the sync would find it: by what we know, by our external id, by the fields of `match`. */
async function findExisting(
  connector: Pick<Connector, "find">,
  plan: RecordPlan,
  applied: AppliedRecord | undefined,
): Promise<readonly CrmRecord[]> {
  const { object, identity } = plan;
  const select = [...new Set([identity.field, ...plan.fields.map(({ field }) => field)])];
  const ways = [
    ...(applied === undefined ? [] : [{ id: applied.id }]),
    { field: identity.field, value: identity.value },
    ...plan.match,
  ];
  for (const by of ways) {
    const found = await connector.find({ object, by, select });
    if (found.length === 0) continue;
    const ours = found.find(({ values }) => isSame(identity.value, values[identity.field] ?? null));
    if (ours !== undefined) return [ours];
    return plan.several === "hold" ? found : found.slice(0, 1);
  }
  return [];
}

function leftBecause(
  { field, value, write }: PlannedField,
  now: FieldValue,
  applied: FieldValues | undefined,
): FieldDiff["left"] {
  if (write === "on_create") return "on_create";
  if (applied !== undefined && applied[field] === value) return "edited_in_crm";
  return write === "when_empty" && !isBlank(now) ? "when_empty" : undefined;
}

/** CRMs give back what they were sent in words of their own: numbers as text, instants in another notation. */
function isSame(planned: FieldValue, now: FieldValue): boolean {
  if (isBlank(planned) || isBlank(now)) return isBlank(planned) && isBlank(now);
  if (typeof planned === "number") return planned === Number(now);
  const [a, b] = [normal(planned), normal(now)];
  if (a === b) return true;
  const [timeA, timeB] = [timeOf(a), timeOf(b)];
  return timeA !== undefined && timeA === timeB;
}

function isBlank(value: FieldValue): boolean {
  return value === null || value === "";
}

function normal(value: FieldValue): string {
  return String(value).replace(/\r\n?/g, "\n").trim();
}

function timeOf(text: string): number | undefined {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined;
  // Salesforce writes `+0000`, which ISO 8601 wants with a colon.
  const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(time) ? undefined : time;
}

const LEFT_WORDS: Readonly<Record<Exclude<FieldDiff["left"], undefined>, string>> = {
  on_create: "only set when we create the record (on_create)",
  when_empty: "the CRM's field is not empty (when_empty)",
  edited_in_crm: "edited in the CRM since we wrote it; we write it again when BookingBug's value changes",
};

/** One block of text per record: what would be written, old and new, and what would be left alone. */
export function formatDiff(crm: string, plan: RecordPlan, diff: RecordDiff): string {
  const head = headOf(crm, plan);
  switch (diff.kind) {
    case "new":
      return [`${head}: would be created`, ...plan.fields.map(newLine)].join("\n");
    case "several": {
      const next = plan.several === "hold" ? "a person would have to pick one" : `the ${plan.several} would be taken`;
      return `${head}: ${diff.ids.length} records match (${diff.ids.join(", ")}); ${next}`;
    }
    case "existing": {
      const written = diff.fields.filter(({ left }) => left === undefined);
      const what = written.length === 0 ? "nothing would change" : `${written.length} field(s) would change`;
      return [`${head}: record ${diff.id}, ${what}`, ...diff.fields.map(diffLine)].join("\n");
    }
  }
}

function newLine(field: PlannedField): string {
  return `  ${field.field}: → ${JSON.stringify(field.value)}\n${sourceLine(field)}`;
}

function diffLine(field: FieldDiff): string {
  const { now, value, left } = field;
  if (left !== undefined) {
    return `  ${field.field} stays ${JSON.stringify(now)}, not ${JSON.stringify(value)}: ${LEFT_WORDS[left]}`;
  }
  return `  ${field.field}: ${JSON.stringify(now)} → ${JSON.stringify(value)}\n${sourceLine(field)}`;
}
