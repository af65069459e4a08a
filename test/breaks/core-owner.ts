/** Breaks of whose word counts once a field was edited in a CRM. */
import type { Break } from "../../bench/breaks-list.ts";

const owner = (only: string) => ["test/e2e/owner.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "an edit of a field that is the CRM's is written over by the next notification",
    file: "src/mapping/writing.ts",
    from: 'owner === "crm" || owner === "ask" ?',
    to: 'owner === "ask" ?',
    caughtBy: owner("for good with `crm`"),
    invariant: "W17",
  },
  {
    name: "nobody is told of an edit that somebody is to be asked about",
    file: "src/drift/compare.ts",
    from: 'owner !== "ask" && ',
    to: "",
    caughtBy: owner("stays with `ask`"),
    invariant: "W17",
  },
  {
    name: "a round over the records does not know whose a field is",
    file: "src/drift/look.ts",
    from: 'planned.owner ?? "report"',
    to: '"report"',
    caughtBy: owner("is to be written back"),
    invariant: "W17",
  },
];
