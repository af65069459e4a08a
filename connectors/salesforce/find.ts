/** Look-ups, gathered into SOQL queries of up to 200 values. */
import { z } from "zod";
import type { CrmRecord, FieldValue, FieldValues, FindQuery } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import { createLane, type Permit } from "../lane.ts";
import type { SalesforceHttp } from "./http.ts";
import { LANE } from "./lanes.ts";
import { selectWhereIn } from "./soql.ts";

const queryAnswer = z.looseObject({
  records: z.array(z.record(z.string(), z.unknown())),
  done: z.boolean().optional(),
  nextRecordsUrl: z.string().optional(),
});

type Lane = (value: string) => Promise<readonly CrmRecord[]>;

export function createFinder(
  http: SalesforceHttp,
  acquire: () => Promise<Permit>,
): (query: FindQuery) => Promise<readonly CrmRecord[]> {
  const lanes = new Map<string, Lane>();

  function laneFor(object: string, field: string, select: readonly string[]): Lane {
    const key = JSON.stringify([object, field, [...select].sort()]);
    const existing = lanes.get(key);
    if (existing !== undefined) return existing;
    const lane = createLane<string, readonly CrmRecord[]>({
      ...LANE,
      keyOf: normal,
      acquire,
      run: (values, permit) => findAll(http, { object, field, select, values }, permit),
    });
    lanes.set(key, lane);
    return lane;
  }

  return ({ object, by, select }) => {
    const field = "id" in by ? "Id" : by.field;
    return laneFor(object, field, select)("id" in by ? by.id : by.value);
  };
}

interface Search {
  readonly object: string;
  readonly field: string;
  readonly select: readonly string[];
  readonly values: readonly string[];
}

async function findAll(http: SalesforceHttp, search: Search, permit: Permit): Promise<(readonly CrmRecord[])[]> {
  const { object, field, select, values } = search;
  const found: CrmRecord[] = [];
  let unused: Permit | undefined = permit;
  for (const query of selectWhereIn(object, select, field, values)) {
    found.push(...(await runQuery(http, object, query, values.length, unused)));
    unused = undefined;
  }
  return values.map((value) => found.filter((record) => matches(record, field, value)));
}

async function runQuery(
  http: SalesforceHttp,
  object: string,
  query: string,
  records: number,
  permit: Permit | undefined,
): Promise<CrmRecord[]> {
  const found: CrmRecord[] = [];
  let path: string | undefined = `/query?q=${encodeURIComponent(query)}`;
  let held = permit;
  while (path !== undefined) {
    const answer = queryAnswer.safeParse(
      await http.send({ method: "GET", path, operation: "find", object, records, ...(held && { permit: held }) }),
    );
    // A look-up that failed must never pass for "none": duplicates are made that way.
    if (!answer.success) throw new UnavailableError("Salesforce's answer to a query has no records list.", { object });
    found.push(...answer.data.records.map((record) => toRecord(object, record)));
    path = answer.data.done === false ? answer.data.nextRecordsUrl : undefined;
    held = undefined;
  }
  return found;
}

function toRecord(object: string, raw: Readonly<Record<string, unknown>>): CrmRecord {
  const values: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value === null || ["string", "number", "boolean"].includes(typeof value)) values[name] = value as FieldValue;
  }
  return { object, id: String(raw.Id), values: values as FieldValues };
}

/** Salesforce compares text without regard to case, and knows an id by its first 15 characters. */
function matches(record: CrmRecord, field: string, value: string): boolean {
  if (field === "Id") return record.id.slice(0, 15) === value.slice(0, 15);
  const actual = Object.entries(record.values).find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
  return actual !== undefined && actual !== null && normal(String(actual)) === normal(value);
}

function normal(value: string): string {
  return value.trim().toLowerCase();
}
