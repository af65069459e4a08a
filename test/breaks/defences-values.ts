/** Breaks of what keeps values values, and mappings data. */
import type { Break } from "../../bench/breaks-list.ts";

const EXPRESSION = "src/mapping/expression.ts";
const YAML = "src/mapping/yaml-source.ts";
const limits = (only: string) => ["test/mapping/limits.test.ts", only] as const;
const mistakes = (only: string) => ["test/mapping/mistakes.test.ts", only] as const;
const injection = (only: string) => ["test/security/injection.test.ts", only] as const;
const query = ["test/connectors/salesforce/find.test.ts", "cannot be talked into"] as const;

export const breaks: readonly Break[] = [
  {
    name: "`__proto__` is kept of a notification",
    file: "src/receiver/storable.ts",
    from: 'if (key === "__proto__") delete object[key];',
    to: "if (key === undefined) delete object[key];",
    caughtBy: ["test/receiver/notifications.test.ts", "JavaScript's own objects"],
    invariant: "E3",
  },
  {
    name: "a body's keys change what objects are",
    file: "src/booking/clean.ts",
    from: "DROPPED.has(key) || UNSAFE.has(key)",
    to: "DROPPED.has(key)",
    caughtBy: ["test/booking/parse.test.ts", "no key of a body changes"],
    invariant: "E3",
  },
  {
    name: "a value ends its own quotation in a query",
    file: "connectors/salesforce/soql.ts",
    from: String.raw`"'": "\\'",`,
    to: "",
    caughtBy: query,
    invariant: "E3",
  },
  {
    name: "any text passes for a field's name in a query",
    file: "connectors/salesforce/soql.ts",
    from: "if (isIdentifier(name)) return name;",
    to: "if (name !== undefined) return name;",
    caughtBy: query,
    invariant: "E3",
  },
  {
    name: "an object's name is more than a part of a path",
    file: "connectors/hubspot/paths.ts",
    from: "const safe = encodeURIComponent;",
    to: "const safe = encodeURI;",
    caughtBy: injection("one part of its path"),
    invariant: "E3",
  },
  {
    name: "commands print what commands a terminal",
    file: "src/cli/terminal.ts",
    from: "printable(text)",
    to: "text",
    caughtBy: injection("what a command says of a mapping"),
    invariant: "E3",
  },
  {
    name: "direction marks pass for harmless on a terminal",
    file: "src/cli/printable.ts",
    from: String.raw`\u202a-\u202e\u2066-\u2069`,
    to: "",
    caughtBy: injection("what a CRM or a mapping says"),
    invariant: "E3",
  },
  {
    name: "a mapping reads what objects inherit",
    file: EXPRESSION,
    from: "ownPropertyOnly: true",
    to: "ownPropertyOnly: false",
    caughtBy: ["test/fuzz/mapping.test.ts", "reaches nothing but"],
    invariant: "E4",
  },
  {
    name: "a mapping reads files",
    file: EXPRESSION,
    from: "for (const tag of FORBIDDEN_TAGS) delete liquid.tags[tag];",
    to: "",
    caughtBy: mistakes("a tag that reads files"),
    invariant: "E4",
  },
  {
    name: "what Liquid captures is not counted",
    file: EXPRESSION,
    from: 'liquid.registerTag("capture", MeteredCapture);',
    to: "",
    caughtBy: limits("of which little is shown"),
    invariant: "E4",
  },
  {
    name: "an expression may make as much text as it likes on its way",
    file: EXPRESSION,
    from: "memoryLimit: MAX_CHARACTERS",
    to: "memoryLimit: 1e15",
    caughtBy: limits("sorting again and again"),
    invariant: "E4",
  },
  {
    name: "an expression may be as long as it likes",
    file: EXPRESSION,
    from: "parseLimit: MAX_EXPRESSION",
    to: "parseLimit: 1e9",
    caughtBy: limits("its text alone is too much"),
    invariant: "E4",
  },
  {
    name: "an expression may take as long as it likes",
    file: EXPRESSION,
    from: "renderLimit: MAX_MS, ",
    to: "",
    caughtBy: limits("makes nothing at all"),
    invariant: "E4",
  },
  {
    name: "a mapping file is copied into itself by merge keys",
    file: "src/mapping/yaml-errors.ts",
    from: "merge: false",
    to: "merge: true",
    caughtBy: limits("by merge keys"),
    invariant: "E4",
  },
  {
    name: "a mapping file multiplies itself by aliases",
    file: YAML,
    from: "maxAliasCount: MAX_ALIASES",
    to: "maxAliasCount: -1",
    caughtBy: mistakes("aliases that multiply"),
    invariant: "E4",
  },
  {
    name: "a mapping file is read however long it is",
    file: YAML,
    from: "if (text.length > MAX_LENGTH) return",
    to: "if (text.length < 0) return",
    caughtBy: limits("is refused when it is long"),
    invariant: "E4",
  },
];
