/** "Search the CRM": exact filters alone; it trails behind writes, and its answers carry no rate limit headers. */
import { count, type SandboxAnswer } from "../crm.ts";
import type { StoredRecord, Values } from "../table.ts";
import { problem, toItem } from "./answers.ts";
import type { State } from "./state.ts";

interface Filter {
  readonly propertyName: string;
  readonly operator: string;
  readonly value?: string;
  readonly values?: readonly string[];
}

const MAX_PAGE = 200;
const MAX_BODY = 3_000;

/** @param length characters of the request's body */
export function search(state: State, type: string, body: Values, length: number): SandboxAnswer {
  count(state.stats, "search");
  if (length > MAX_BODY) {
    state.stats.violations.push(`${length} characters in the body of a search`);
    return problem(400, "VALIDATION_ERROR", `The request body has more than ${MAX_BODY} characters`);
  }
  const groups = (body.filterGroups ?? []) as { readonly filters: readonly Filter[] }[];
  const filters = groups.flatMap((group) => group.filters);
  const limit = Number(body.limit ?? 10);
  const unknown = filters.find(({ propertyName }) => state.account.schema[type]?.[propertyName] === undefined);
  if (unknown !== undefined) {
    return problem(
      400,
      "VALIDATION_ERROR",
      `There was a problem with the request: Property ${unknown.propertyName} does not exist`,
    );
  }
  if (limit > MAX_PAGE || filters.some(({ operator }) => operator !== "IN" && operator !== "EQ")) {
    return problem(400, "VALIDATION_ERROR", "There was a problem with the request");
  }
  const since = Date.now() - (state.options.searchLagMs ?? 0);
  const found = [...new Set(groups.flatMap((group) => matching(state, type, group.filters)))].filter(
    ({ id }) => (state.written.get(id) ?? 0) <= since,
  );
  const start = Number(body.after ?? 0);
  const page = found.slice(start, start + limit).map((record) => toItem(record, body.properties as string[]));
  const next = start + limit < found.length && { paging: { next: { after: String(start + limit) } } };
  return { status: 200, body: { total: found.length, results: page, ...next } };
}

function matching({ account }: State, type: string, [first, ...others]: readonly Filter[]): StoredRecord[] {
  const table = account.table(type);
  if (table === undefined || first === undefined) return [];
  const values = (filter: Filter): readonly string[] => filter.values ?? [filter.value ?? ""];
  const fits = (record: StoredRecord, filter: Filter): boolean =>
    values(filter).some(
      (value) => String(record.values[filter.propertyName] ?? "").toLowerCase() === value.toLowerCase(),
    );
  return values(first)
    .flatMap((value) => table.find(first.propertyName, value))
    .filter((record) => others.every((filter) => fits(record, filter)));
}
