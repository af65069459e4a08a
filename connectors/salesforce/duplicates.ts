/** "Duplicate Rules": saving past those that only alert, and whom a rule that refuses takes a record for. */
import type { DuplicateRules } from "../connector.ts";

/** "Duplicate Rule Header": without it a rule that only alerts refuses what comes by API. One that blocks heeds no header. */
export function duplicateRuleHeader(rules: DuplicateRules = "pass"): Readonly<Record<string, string>> {
  return rules === "strict" ? {} : { "Sforce-Duplicate-Rule-Header": "allowSave=true" };
}

/** A record that a rule takes ours for. */
export interface DuplicateMatch {
  readonly id: string;
  /** Its object, where the answer says it. */
  readonly object: string | undefined;
}

/** A match more than an operator can look through is of no use. */
const MAX_MATCHES = 20;
/** `duplicateResut` is Salesforce's own spelling, in its answers to single-record calls. */
const NAMES = ["duplicateResult", "duplicateResut"];

/**
 * Reads a "DuplicateResult" wherever an answer may hold it.
 *
 * @param places an error, and the row that the error stands in
 */
export function duplicateMatches(...places: readonly unknown[]): DuplicateMatch[] {
  const results = places.flatMap((place) => NAMES.map((name) => part(place, name)));
  const found = results
    .flatMap((result) => list(part(result, "matchResults")))
    .flatMap((matches) => {
      const entity = text(part(matches, "entityType"));
      return list(part(matches, "matchRecords")).flatMap((match) => matchOf(part(match, "record"), entity) ?? []);
    });
  const seen = new Set<string>();
  const isNew = ({ id }: DuplicateMatch): boolean => seen.size < seen.add(id.slice(0, 15)).size;
  return found.filter(isNew).slice(0, MAX_MATCHES);
}

function matchOf(record: unknown, entity: string | undefined): DuplicateMatch | undefined {
  const id = text(part(record, "Id")) ?? text(part(record, "id"));
  if (id === undefined || !/^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id)) return undefined;
  return { id, object: text(part(part(record, "attributes"), "type")) ?? entity };
}

function part(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
