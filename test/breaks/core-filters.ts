/** Breaks of the filters, and of what `mapping check` says of a mapping before it meets a booking. */
import type { Break } from "../../bench/breaks-list.ts";

const filters = (only: string) => ["test/mapping/filters.test.ts", only] as const;
const mistakes = (only: string) => ["test/mapping/mistakes.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what only staff see is told where the mark is a word",
    file: "src/booking/answers.ts",
    from: "return isYes(answer.admin_only);",
    to: "return answer.admin_only === true;",
    caughtBy: filters("are staff's"),
    invariant: "W15",
  },
  {
    name: "a question that is asked twice is answered by the blank one",
    file: "src/mapping/filters/answers.ts",
    from: "return asked.find((one) => !isNothing(one.value))?.value;",
    to: "return asked[0]?.value;",
    caughtBy: filters("asked more than once"),
    invariant: "W23",
  },
  {
    name: "days in a zone are counted by the clock",
    file: "src/mapping/filters/time.ts",
    from: 'if (unit !== "days" || isNothing(zone)) return',
    to: 'if (unit !== "weeks" || isNothing(zone)) return',
    caughtBy: filters("since of tomorrow morning, by the calendar"),
    invariant: "W8",
  },
  {
    name: "a time without an offset is that of the machine",
    file: "src/mapping/filters/time.ts",
    from: '{ zone: "utc", setZone: true }',
    to: "{ setZone: true }",
    caughtBy: filters("wherever it runs"),
    invariant: "W8",
  },
  {
    name: "a zone's name stays in the language it was first written in",
    file: "src/mapping/filters/time.ts",
    from: "{locale} $",
    to: '{""} $',
    caughtBy: filters("the zone's name in"),
    invariant: "W8",
  },
  {
    name: "what a filter is given inside a tag is not looked at",
    file: "src/mapping/filter-uses.ts",
    from: "return [...own, ...valuesIn(inner)];",
    to: "return [...own, ...valuesIn(inner.slice(0, 0))];",
    caughtBy: mistakes("a filter in a template given nonsense"),
    invariant: "E4",
  },
  {
    name: "only the first error of a file's YAML is said",
    file: "src/mapping/yaml-errors.ts",
    from: "const MOST = 10;",
    to: "const MOST = 1;",
    caughtBy: mistakes("two mistakes of writing"),
    invariant: "W8",
  },
  {
    name: "a quote that is not closed is reported where YAML gave up",
    file: "src/mapping/yaml-errors.ts",
    from: 'const isQuote = reason.startsWith("Missing closing");',
    to: 'const isQuote = reason.startsWith("missing");',
    caughtBy: mistakes("a quote that is not closed"),
    invariant: "W8",
  },
  {
    name: "all bookings of a purchase can be one record by mistake",
    file: "src/mapping/section-checks.ts",
    from: 'booking: ["booking"],',
    to: 'booking: ["booking", "purchase"],',
    caughtBy: mistakes("a bookings id from the purchase"),
    invariant: "W8",
  },
  {
    name: "a table's misspelt status is not noticed",
    file: "src/mapping/filter-rules.ts",
    from: "if (misspelt === undefined) return undefined;",
    to: "if (misspelt !== known[0]) return undefined;",
    caughtBy: mistakes("a table with a misspelt status"),
    invariant: "W8",
  },
  {
    name: "pennies in an amount are not suspected",
    file: "src/mapping/suspicions.ts",
    from: "(?:price|paid|due_now)|purchase",
    to: "(?:due_now)|purchase",
    caughtBy: mistakes("suspects: an amount in pennies"),
    invariant: "W8",
  },
];
