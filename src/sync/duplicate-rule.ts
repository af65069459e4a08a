/** A rule of the CRM against duplicates refuses to create a record: whom it takes it for is for a person to judge. */
import type { DuplicateRuleError } from "../../connectors/errors.ts";
import { isForeign } from "./adoptable.ts";
import { HeldError } from "./failures.ts";
import { findBy, type Matching } from "./match-record.ts";

/**
 * @returns HeldError with the matches that can be picked; the error itself where none can: nobody picks a booking's record,
 * and a CRM may name records that our user does not see
 * @throws CrmError when the CRM cannot be asked for them
 */
export async function refusedByRule(matching: Matching, error: DuplicateRuleError): Promise<Error> {
  const { plan } = matching;
  if (plan.scope.kind !== "shared") return error;
  const found = await Promise.all(error.matchIds.map((id) => findBy(matching, { id })));
  const candidates = found.flat().filter((record) => !isForeign(plan, record));
  if (candidates.length === 0) return error;
  const { section, object } = plan;
  return new HeldError({ reason: "duplicate_rule", section, object, candidates: candidates.map(({ id }) => id) });
}
