/** "Duplicate Rules" of the make-believe org, and its answer in which Salesforce misspells its own word. */
import type { SandboxRequest } from "../crm.ts";
import { isBlank, type StoredRecord, type Values } from "../table.ts";
import type { DuplicateRule } from "./options.ts";
import type { Org } from "./rows.ts";
import type { RowError } from "./schema.ts";

/** What the rule holds against a row; undefined when it lets it pass. */
export type RuleCheck = (object: string, values: Values, existing: StoredRecord | undefined) => RowError | undefined;

export function duplicateRuleFor(org: Org, rule: DuplicateRule | undefined, request: SandboxRequest): RuleCheck {
  const header = String(request.headers["sforce-duplicate-rule-header"] ?? "");
  const isPassed = rule?.action === "alert" && /(^|;)\s*allowSave=true\s*(;|$)/i.test(header);
  return (object, values, existing) => {
    if (rule === undefined || isPassed || object !== "Contact") return undefined;
    const value = values[rule.by];
    if (isBlank(value) || existing?.values[rule.by] === value || (existing !== undefined && !rule.edits))
      return undefined;
    const twins = org
      .table(object)
      ?.find(rule.by, value)
      .filter(({ id, deleted }) => !deleted && id !== existing?.id);
    if (twins === undefined || twins.length === 0) return undefined;
    const duplicates = resultOf(rule, rule.matches === "nowhere" ? [] : twins);
    return { code: "DUPLICATES_DETECTED", message: "Use one of these records?", fields: [], duplicates };
  };
}

/** "DuplicateResult": of each match no more than its id, unless record details are asked for. */
function resultOf({ action, by }: DuplicateRule, twins: readonly StoredRecord[]): unknown {
  const matchRecords = twins.map(({ id }) => ({
    additionalInformation: [],
    fieldDiffs: [],
    matchConfidence: 100,
    record: { attributes: { type: "Contact", url: `/services/data/v68.0/sobjects/Contact/${id}` }, Id: id },
  }));
  return {
    allowSave: action === "alert",
    duplicateRule: `Contacts_with_same_${by}`,
    duplicateRuleEntityType: "Contact",
    errorMessage: "Use one of these records?",
    matchResults: [
      {
        entityType: "Contact",
        errors: [],
        matchEngine: "ExactMatchEngine",
        matchRecords,
        rule: `Same_${by}`,
        size: matchRecords.length,
        success: true,
      },
    ],
  };
}
