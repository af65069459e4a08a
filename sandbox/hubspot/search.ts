/** "Search the CRM": the filters that are needed here; it trails behind writes, and its answers carry no rate limit headers. */
import { count, type SandboxAnswer } from "../crm.ts";
import type { StoredRecord, Values } from "../table.ts";
import { problem, propertyOf, toItem } from "./answers.ts";
import type { State } from "./state.ts";

interface Filter {
  readonly propertyName: string;
  readonly operator: string;
  readonly value?: string;
  readonly values?: readonly string[];
}

const MAX_PAGE = 200;
/** "Search: limitations". */
const MAX_FOUND = 10_000;
const OPERATORS = ["IN", "EQ", "GTE", "HAS_PROPERTY"];
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
  const start = Number(body.after ?? 0);
  const fits = limit <= MAX_PAGE && start + limit <= MAX_FOUND;
  if (!fits || filters.some(({ operator }) => !OPERATORS.includes(operator))) {
    return problem(400, "VALIDATION_ERROR", "There was a problem with the request");
  }
  const since = Date.now() - (state.options.searchLagMs ?? 0);
  const found = [...new Set(groups.flatMap((group) => matching(state, type, group.filters)))].filter(
    ({ id }) => (state.written.get(id) ?? 0) <= since,
  );
  for (const name of ((body.sorts ?? []) as string[]).toReversed()) {
    found.sort((one, other) => textOf(one, name).localeCompare(textOf(other, name)));
  }
  const page = found.slice(start, start + limit).map((record) => toItem(record, body.properties as string[]));
  const next = start + limit < found.length && { paging: { next: { after: String(start + limit) } } };
  return { status: 200, body: { total: found.length, results: page, ...next } };
}

function matching({ account }: State, type: string, filters: readonly Filter[]): StoredRecord[] {
  const table = account.table(type);
  const [exact, ...others] = filters.toSorted((one, other) => Number(isExact(other)) - Number(isExact(one)));
  if (table === undefined || exact === undefined) return [];
  // By index where it can be, so that a large account stays quick.
  const first = isExact(exact)
    ? valuesIn(exact).flatMap((value) => table.find(exact.propertyName, value))
    : table.all().filter((record) => fits(record, exact));
  return first.filter((record) => others.every((filter) => fits(record, filter)));
}

function fits(record: StoredRecord, filter: Filter): boolean {
  const actual = textOf(record, filter.propertyName);
  if (filter.operator === "HAS_PROPERTY") return actual !== "";
  if (filter.operator === "GTE") return timeOf(actual) >= timeOf(filter.value ?? "");
  return valuesIn(filter).some((value) => actual.toLowerCase() === value.toLowerCase());
}

function isExact({ operator }: Filter): boolean {
  return operator === "IN" || operator === "EQ";
}

function valuesIn({ values, value = "" }: Filter): readonly string[] {
  return values ?? [value];
}

function textOf(record: StoredRecord, name: string): string {
  return String(propertyOf(record, name) ?? "");
}

/** Milliseconds since the epoch, or ISO 8601. */
function timeOf(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : Date.parse(value);
}
