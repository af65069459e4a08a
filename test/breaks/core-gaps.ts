/** Breaks of what is said of mappings and of what a preview shows, and of leaving out where several things are refused. */
import type { Break } from "../../bench/breaks-list.ts";

const mistake = (only: string) => ["test/mapping/mistakes.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "duplicate rules are asked for where there are none, and nobody says so",
    file: "src/mapping/check.ts",
    from: "if (duplicateRules !== undefined && description.hasDuplicateRules !== true) {",
    to: "if (duplicateRules !== undefined && description.hasDuplicateRules === false) {",
    caughtBy: mistake("hubspot rules that it does not have"),
    invariant: "P9",
  },
  {
    name: "what nobody can convert is to be followed, and nobody says so",
    file: "src/mapping/check.ts",
    from: "if (converted !== undefined && description.canBeConverted !== true) {",
    to: "if (converted !== undefined && description.canBeConverted === undefined) {",
    caughtBy: mistake("following what nobody can convert"),
    invariant: "B11",
  },
  {
    name: "a preview lists fields of a converted lead as if they were written",
    file: "src/operate/preview-purchase.ts",
    from: "if (to !== undefined) return",
    to: "if (to !== undefined && to.object === plan.object) return",
    caughtBy: ["test/e2e/living-on.test.ts", "is shown so by a preview"],
    invariant: "B11",
  },
];
