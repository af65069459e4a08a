/** Breaks of what is done about a CRM's duplicate rules. */
import type { Break } from "../../bench/breaks-list.ts";

const connector = (only: string) => ["test/connectors/salesforce/duplicate-rules.test.ts", only] as const;
const whole = (only: string) => ["test/e2e/duplicate-rules.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a duplicate rule that only alerts costs the contact and the event",
    file: "connectors/salesforce/duplicates.ts",
    from: 'return rules === "strict" ? {} : {',
    to: 'return rules !== "pass" || rules.length > 0 ? {} : {',
    caughtBy: whole("costs neither contact nor event"),
    invariant: "P9",
  },
  {
    name: "updates do not ask to be saved past duplicate rules",
    file: "connectors/salesforce/save.ts",
    from: "headers: { ...duplicateRuleHeader(duplicateRules), ...assignmentRuleHeader(first) },",
    to: 'headers: target.by === "id" ? {} : duplicateRuleHeader(duplicateRules),',
    caughtBy: connector("of any kind asks"),
    invariant: "P9",
  },
  {
    name: "a mapping that heeds alerting duplicate rules is not heard",
    file: "src/sync/establish-record.ts",
    from: "links, unlink: [], duplicateRules, assign };",
    to: "links, unlink: [] };",
    caughtBy: whole("refuses where the mapping is strict"),
    invariant: "P9",
  },
  {
    name: "what the mapping says of duplicate rules is not read",
    file: "src/mapping/compile.ts",
    from: 'file.duplicate_rules ?? "pass"',
    to: '"pass"',
    caughtBy: whole("refuses where the mapping is strict"),
    invariant: "P9",
  },
  {
    name: "records that heed duplicate rules share a call with those that pass them",
    file: "connectors/salesforce/save.ts",
    from: "is said of a whole call.\n    const key =",
    to: "is said of a whole call.\n    const key = means ??",
    caughtBy: connector("shares no call"),
    invariant: "P9",
  },
  {
    name: "a duplicate rule's matches are not read where Salesforce misspells them",
    file: "connectors/salesforce/duplicates.ts",
    from: '["duplicateResult", "duplicateResut"]',
    to: '["duplicateResult"]',
    caughtBy: connector("misspelt"),
    invariant: "P9",
  },
  {
    name: "a duplicate rule's matches are not read where they stand in the row",
    file: "connectors/salesforce/rows.ts",
    from: "readFault(one, raw)",
    to: "readFault(one)",
    caughtBy: connector("in the row"),
    invariant: "P9",
  },
  {
    name: "a Lead that a duplicate rule names is offered as a Contact",
    file: "connectors/salesforce/errors.ts",
    from: "match.object === undefined || isSame(match.object)",
    to: "match.object !== object || isSame(match.object)",
    caughtBy: connector("another object's"),
    invariant: "P9",
  },
  {
    name: "who is refused by a duplicate rule is failed, with nobody to pick",
    file: "src/sync/establish-record.ts",
    from: "throw await refusedByRule(matching(task), error);",
    to: "throw error;",
    caughtBy: whole("is answered by a pick"),
    invariant: "P9",
  },
  {
    name: "a duplicate rule's candidates cannot be picked in the dashboard",
    file: "src/synclog/entries.ts",
    from: 'return hold !== undefined && "candidates" in hold;',
    to: 'return hold?.reason === "several_match";',
    caughtBy: whole("is answered by a pick"),
    invariant: "P9",
  },
  {
    name: "a duplicate rule that names nobody that we may see leaves a question without answers",
    file: "src/sync/duplicate-rule.ts",
    from: "if (candidates.length === 0) return error;",
    to: "if (candidates.length < 0) return error;",
    caughtBy: whole("without showing us its matches"),
    invariant: "P9",
  },
  {
    name: "an edit that a duplicate rule blocks does not say which record is in the way",
    file: "src/sync/failure-entry.ts",
    from: "if (error instanceof DuplicateRuleError) return error.matchIds[0];",
    to: "if (error instanceof DuplicateRuleError) return undefined;",
    caughtBy: whole("shows the record that is in the way"),
    invariant: "P9",
  },
];
