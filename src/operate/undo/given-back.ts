/** A record of the ledger after fields were given back what they held before. */
import { type AppliedRecord, type Ours, withUnsureFields } from "../../sync/applied-record.ts";
import { isSameValue } from "../../sync/same-value.ts";
import type { Known, Verdict } from "./judge.ts";

/** The verdicts that the ledger has to be told of: what is given back, and what is back already and not known to be. */
export function toTell(verdicts: readonly Verdict[], known: AppliedRecord | undefined): Known[] {
  return verdicts.filter((verdict) => {
    if (verdict.do === "skip") return false;
    const last = known?.values[verdict.field];
    return verdict.do === "give_back" || (last !== undefined && !isSameValue(verdict.from, last));
  }) as Known[];
}

/** What is another's words is not ours to write over later, although we wrote it. */
export function withGivenBack(known: AppliedRecord, fields: readonly Known[]): AppliedRecord {
  const names = fields.map(({ field }) => field);
  const { ours: left = {}, ...record } = withUnsureFields(known, names);
  const kept = Object.entries(left).filter(([field]) => !names.includes(field));
  const theirs = fields.filter(({ wasOurs }) => !wasOurs).map(({ field }): [string, Ours[string]] => [field, []]);
  const ours = Object.fromEntries([...kept, ...theirs]);
  return {
    ...record,
    values: { ...record.values, ...Object.fromEntries(fields.map(({ field, from }) => [field, from])) },
    ...(Object.keys(ours).length > 0 && { ours }),
  };
}
