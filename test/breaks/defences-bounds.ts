/** Breaks of what keeps a text from outside from holding a process up. */
import type { Break } from "../../bench/breaks-list.ts";

const standstill = (only: string) => ["test/security/standstill.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a body is taken however long its texts are",
    file: "src/booking/recognise.ts",
    from: "const excess = beyondBounds(body);",
    to: "const excess = beyondBounds(null);",
    caughtBy: standstill("in a notification is a problem"),
    invariant: "S1",
  },
  {
    name: "a text that is too long is repeated in the place that is named",
    file: "src/booking/bounds.ts",
    from: 'return key.length <= 40 && /^\\w+$/.test(key) ? key : "…";',
    to: "return key;",
    caughtBy: standstill("its name too"),
    invariant: "S1",
  },
  {
    name: "an instant is looked through from each of its letters",
    file: "src/booking/schema.ts",
    from: "/t/i.test(text) && /(?:Z|[+-]\\d\\d:?\\d\\d)$/i.test(text)",
    to: "/T.*(Z|[+-]\\d\\d:?\\d\\d)$/i.test(text)",
    caughtBy: standstill("an instant"),
    invariant: "S1",
  },
  {
    name: "a link is looked through from each of its braces",
    file: "src/booking/ids.ts",
    from: "[^{}]*",
    to: "[^}]*",
    caughtBy: standstill("a link"),
    invariant: "S1",
  },
  {
    name: "an e-mail is looked for from the midst of each word that a CRM says",
    file: "connectors/redact.ts",
    from: "(?<![\\p{L}\\p{N}._%+'-])",
    to: "",
    caughtBy: standstill("a CRM's refusal"),
    invariant: "S1",
  },
  {
    name: "a purchase is found by thousands of words of a name",
    file: "src/synclog/traits.ts",
    from: ".slice(0, MAX_WORDS)",
    to: "",
    caughtBy: standstill("a name of ever new words"),
    invariant: "S1",
  },
  {
    name: "a mapping that is tried is read however it repeats itself",
    file: "src/mapping/yaml-source.ts",
    from: "const excess = excessOf(text, lines);",
    to: 'const excess = excessOf("", []);',
    caughtBy: standstill("is not read at all"),
    invariant: "S1",
  },
];
