/** Breaks of keeping Salesforce's assignment rules to new records that ask for them. */
import type { Break } from "../../bench/breaks-list.ts";

const system = (only: string) => ["test/e2e/assignment-rules.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "nothing is said of assignment rules, and they run with each write",
    file: "connectors/salesforce/save.ts",
    from: ", ...assignmentRuleHeader(first)",
    to: "",
    caughtBy: system("and a mapping without a word of it leaves a lead with who has it"),
    invariant: "W16",
  },
  {
    name: "a new lead is not assigned although the mapping asks for it",
    file: "src/sync/establish-record.ts",
    from: "unlink: [], duplicateRules, assign };",
    to: "unlink: [], duplicateRules };",
    caughtBy: system("with assign: true gives a new lead its owner"),
    invariant: "W16",
  },
];
