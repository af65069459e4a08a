/** Breaks of seeing what changed in a CRM before a booking fails by it. */
import type { Break } from "../../bench/breaks-list.ts";

const CHANGES = "src/mapping/schema-changes.ts";
const LOOK = "src/operate/schema/look.ts";
const WATCH = "src/operate/schema/watch.ts";
const looked = (only: string) => ["test/operate/schema-watch.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what changed in the CRM is forgotten with the next look",
    file: LOOK,
    from: "own.flatMap(fieldUses), open);",
    to: "own.flatMap(fieldUses), new Map());",
    caughtBy: looked("names in salesforce that Name was changed by"),
    invariant: "Q16",
  },
  {
    name: "a value that a picklist lost counts although the mapping never writes it",
    file: CHANGES,
    from: "const could = isKnown ? written : (was.options ?? []);",
    to: "const could = was.options ?? written;",
    caughtBy: looked("says nothing where what changed is nothing that the mapping relies on"),
    invariant: "Q16",
  },
  {
    name: "a field that the mapping cuts to its new length counts as too short",
    file: CHANGES,
    from: 'if (use.purpose === "written" && longest(use.rule) <= after) return [];',
    to: "",
    caughtBy: looked("says nothing where what changed is nothing that the mapping relies on"),
    invariant: "Q16",
  },
  {
    name: "a field that became required is not told",
    file: CHANGES,
    from: "was[name]?.required !== true",
    to: "was[name]?.required === false",
    caughtBy: looked("names in salesforce that Service__c was changed by"),
    invariant: "Q16",
  },
  {
    name: "each worker looks at the CRM's schema by itself",
    file: WATCH,
    from: "await deps.locks.tryTake(",
    to: "await deps.locks.tryTake(Math.random() + ",
    caughtBy: looked("looks once a day, by one process"),
    invariant: "Q16",
  },
];
