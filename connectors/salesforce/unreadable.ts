/** Fields that our user may not read, or that the org has not: what is read only as well goes without them. */
import type { CrmError } from "../errors.ts";

/** Milliseconds until one is tried again: somebody may have granted it. */
const FORGET_MS = 60 * 60_000;

export interface Unreadable {
  without(object: string, fields: readonly string[]): readonly string[];
  /**
   * @param query `asked` for as well, and `needed` in any case
   * @returns whether the query is worth sending again, without what Salesforce does not know or show
   */
  learn(
    object: string,
    query: { readonly asked: readonly string[]; readonly needed: readonly string[] },
    error: CrmError,
  ): boolean;
}

export function createUnreadable(now: () => number = Date.now): Unreadable {
  const until = new Map<string, number>();
  const keyOf = (object: string, field: string): string => `${object}.${field}`.toLowerCase();
  return {
    without: (object, fields) => fields.filter((field) => (until.get(keyOf(object, field)) ?? 0) <= now()),

    learn(object, { asked, needed }, { code, fields, message }) {
      if (code !== "INVALID_FIELD" || asked.length === 0) return false;
      const relation = /relationship '(\w+)'/.exec(message)?.[1];
      const isNamed = (path: string): boolean => fields.some((name) => isOf(path, name)) || leadsBy(path, relation);
      if (needed.some(isNamed)) return false;
      const named = asked.filter(isNamed);
      for (const field of named.length > 0 ? named : asked) until.set(keyOf(object, field), now() + FORGET_MS);
      return true;
    },
  };
}

/** "Didn't understand relationship 'Owner' in field path" */
function leadsBy(path: string, relation: string | undefined): boolean {
  return relation !== undefined && path.toLowerCase().startsWith(`${relation.toLowerCase()}.`);
}

/** "No such column 'Name'" may be about `Owner.Name`. */
function isOf(path: string, name: string): boolean {
  const [whole, column] = [path.toLowerCase(), name.toLowerCase()];
  return whole === column || whole.endsWith(`.${column}`);
}
