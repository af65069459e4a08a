/** Breaks of writing who the CRM has, and others in their place. */
import type { Break } from "../../bench/breaks-list.ts";

const PASS = "src/sync/pass-work.ts";
const system = (only: string) => ["test/e2e/choices.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a code whose noughts YAML takes away is no mistake",
    file: "src/mapping/yaml-source.ts",
    from: ", ...misreadNumbers(read, counter)]",
    to: "]",
    caughtBy: ["test/mapping/mistakes.test.ts", "codes without quotes"],
    invariant: "W8",
  },
  {
    name: "who is not in the CRM is made although the mapping makes none",
    file: "src/sync/establish-record.ts",
    from: 'if (task.plan.create === "never") throw new NotThereError();',
    to: "",
    caughtBy: system("is not made where nobody matches"),
    invariant: "W14",
  },
  {
    name: "a booking fails for want of a person whom the mapping does not make",
    file: PASS,
    from: "if (error instanceof NotThereError) {",
    to: "if (error instanceof NotThereError && plan.match.length > 9) {",
    caughtBy: system("is not made where nobody matches"),
    invariant: "W14",
  },
  {
    name: "a booking is lost with a person who was deleted and is not made again",
    file: PASS,
    from: "if (!(gone instanceof NotThereError)) throw gone;",
    to: "throw gone;",
    caughtBy: system("is not made again once somebody has deleted them"),
    invariant: "W14",
  },
  {
    name: "a lead is made beside the contact",
    file: PASS,
    from: "if (plan.unless !== undefined && ids.has(plan.unless)) continue;",
    to: "",
    caughtBy: system("and the contact used where it is"),
    invariant: "W14",
  },
  {
    name: "the lead is written before anybody knows of the contact",
    file: "src/mapping/section-checks.ts",
    from: "if (before !== undefined) visit(before);",
    to: "",
    caughtBy: system("and the contact used where it is"),
    invariant: "W14",
  },
];
