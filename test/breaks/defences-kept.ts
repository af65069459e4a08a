/** Breaks of what is not kept, not shown and not deployed. */
import type { Break } from "../../bench/breaks-list.ts";

const STORABLE = "src/receiver/storable.ts";
const cards = ["test/receiver/notifications.test.ts", "without card data"] as const;
const secrets = ["test/security/secrets.test.ts", "names every variable"] as const;
const production = (only: string) => ["test/deploy/production-files.test.ts", only] as const;
const redis = ["test/redis/inspect.test.ts", "finds a Redis that evicts"] as const;

export const breaks: readonly Break[] = [
  {
    name: "card data is kept",
    file: STORABLE,
    from: "if (CARD_DATA.has(key)) object[key] = undefined;",
    to: "if (CARD_DATA.has(key)) object[key] = child;",
    caughtBy: cards,
    invariant: "E5",
  },
  {
    name: "references that open a booking are kept",
    file: STORABLE,
    from: 'else if (isReference(key)) object[key] = "";',
    to: "",
    caughtBy: cards,
    invariant: "E5",
  },
  {
    name: "references that open a booking are kept in links",
    file: STORABLE,
    from: "if (KEPT_LINKS.has(rel)) kept[rel] = link;",
    to: "kept[rel] = link;",
    caughtBy: cards,
    invariant: "E5",
  },
  {
    name: "HubSpot's words are taken as they are",
    file: "connectors/hubspot/errors.ts",
    from: "redactCrmWords(explanation(fault, words), context.values)",
    to: "explanation(fault, words)",
    caughtBy: ["test/connectors/hubspot/errors.test.ts", "takes personal data out"],
    invariant: "E5",
  },
  {
    name: "Salesforce's words are taken as they are",
    file: "connectors/salesforce/errors.ts",
    from: "redactCrmWords(words, context.values)",
    to: "words",
    caughtBy: ["test/connectors/salesforce/errors.test.ts", "values sent, e-mails and telephone numbers"],
    invariant: "E5",
  },
  {
    name: "a CRM's words are not compared with what the purchase holds of a person",
    file: "src/sync/pass-notes.ts",
    from: "error instanceof CrmError ? withoutPersonal(error.message, personalTexts(state)) : error.message",
    to: "error.message",
    caughtBy: ["test/privacy/leaks.test.ts", "personal data"],
    invariant: "E5",
  },
  {
    name: "the log has whatever it is given of a person",
    file: "src/app/log.ts",
    from: "PERSONAL.flatMap(",
    to: "PERSONAL.slice(0, 0).flatMap(",
    caughtBy: ["test/security/log.test.ts", "has nothing of them"],
    invariant: "E5",
  },
  {
    name: "the configuration's print-out shows secrets",
    file: "src/config/describe.ts",
    from: "variable.secret ? MASK : withoutLogin(given)",
    to: "withoutLogin(given)",
    caughtBy: secrets,
    invariant: "E5",
  },
  {
    name: "the configuration's print-out shows passwords in addresses",
    file: "src/config/describe.ts",
    from: "variable.secret ? MASK : withoutLogin(given)",
    to: "variable.secret ? MASK : given",
    caughtBy: secrets,
    invariant: "E5",
  },
  {
    name: "a high weakness of a package passes",
    file: "bin/audit.mjs",
    from: '["high", "critical"]',
    to: '["critical"]',
    caughtBy: ["test/bin/audit.test.ts", "a weakness that is high"],
    invariant: "E7",
  },
  {
    name: "the sandbox is within reach of a process",
    file: "src/web.ts",
    from: 'import { run } from "./app/run.ts";\n',
    to: 'import { run } from "./app/run.ts";\nimport "../sandbox/faults.ts";\n',
    caughtBy: production("stay within what is deployed"),
    invariant: "E7",
  },
  {
    name: "the container runs as root",
    file: "Dockerfile",
    from: "USER node\n",
    to: "",
    caughtBy: production("run as nobody in particular"),
    invariant: "E7",
  },
  {
    name: "a Redis that keeps nothing on disk is taken",
    file: "src/redis/inspect.ts",
    from: 'if (persistence.get("aof_enabled") === "0") findings',
    to: 'if (persistence.get("aof_enabled") === "never") findings',
    caughtBy: redis,
    invariant: "E7",
  },
  {
    name: "a Redis that throws keys away is taken",
    file: "src/redis/inspect.ts",
    from: 'policy !== undefined && policy !== "noeviction"',
    to: "policy === undefined",
    caughtBy: redis,
    invariant: "E7",
  },
  {
    name: "a release goes out although Redis keeps nothing",
    file: "src/operate/release-check.ts",
    from: "await Promise.all([checkRedis(deps), ",
    to: "await Promise.all([",
    caughtBy: ["test/operate/release-check.test.ts", "a Redis that keeps nothing"],
    invariant: "E7",
  },
];
