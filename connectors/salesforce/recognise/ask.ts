/** Calls that create or update test people, each row of which may be refused. */
import type { DuplicateRules } from "../../connector.ts";
import { CrmError, MaintenanceError } from "../../errors.ts";
import type { Facts, TestRecord } from "../../recognise.ts";
import { open } from "../../recognised.ts";
import { duplicateRuleHeader } from "../duplicates.ts";
import { readFault, type SalesforceFault } from "../faults.ts";
import type { SalesforceHttp } from "../http.ts";

export interface Probing {
  readonly http: SalesforceHttp;
  /** Ids of all that was made, to be removed. */
  readonly made: Set<string>;
  /** Writing calls after which the org was read-only, counted from the refusal before. */
  readonly refusals: number[];
  /** Writing calls since the last such refusal. */
  writes: number;
}

export type RowAnswer =
  | { readonly kind: "saved"; readonly id: string }
  | { readonly kind: "refused"; readonly fault: SalesforceFault; readonly raw: unknown };

/** What is written, and what a duplicate rule that only warns does to it. */
export interface Writing {
  readonly method: "POST" | "PATCH";
  readonly rules: DuplicateRules;
}

const MAINTENANCE = "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE";

/** @returns the rows' answers, or why the whole call was refused. @throws CrmError */
export async function askRows(
  probing: Probing,
  { method, rules }: Writing,
  records: readonly object[],
  isAgain = false,
): Promise<readonly RowAnswer[] | CrmError> {
  const { http, made, refusals } = probing;
  probing.writes += 1;
  const body = { allOrNone: false, records };
  try {
    const path = "/composite/sobjects";
    const answer = await http.send({
      method,
      path,
      body,
      headers: duplicateRuleHeader(rules),
      operation: "recognise",
      records: records.length,
    });
    const rows = (Array.isArray(answer.body) ? answer.body : []).map(toRow);
    for (const row of rows) if (row.kind === "saved") made.add(row.id);
    if (!rows.some((row) => row.kind === "refused" && row.fault.code === MAINTENANCE)) return rows;
  } catch (error) {
    if (error instanceof CrmError && error.status === 400) return error;
    throw error;
  }
  refusals.push(probing.writes);
  probing.writes = 0;
  if (isAgain) throw new MaintenanceError("Salesforce is read-only for a maintenance.", { code: MAINTENANCE });
  return await askRows(probing, { method, rules }, records, true);
}

function toRow(raw: unknown): RowAnswer {
  const { id, errors } = (raw ?? {}) as { id?: unknown; errors?: readonly unknown[] };
  if (typeof id === "string") return { kind: "saved", id };
  const fault = readFault(errors?.[0], raw) ?? { code: "NONE", message: "", fields: [] };
  return { kind: "refused", fault, raw };
}

/** A row that creates the person, changed in some of their fields. */
export function rowOf({ object, key, values }: TestRecord, change: Readonly<Record<string, unknown>> = {}): object {
  return { attributes: { type: object }, ...values, [key.field]: key.value, ...change };
}

/** The facts of one probe; where it could not be made, all of them open, and why. */
export async function settle(names: readonly string[], probe: () => Promise<Facts>): Promise<Facts> {
  try {
    return await probe();
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return open(names, `Salesforce did not let it be tried: ${error.code ?? error.kind}`);
  }
}
