/** Breaks of signing in by a token that changes, and of what HubSpot says of records that were merged away. */
import type { Break } from "../../bench/breaks-list.ts";

const CHAIN = "src/sync/token-chain.ts";
const chain = (only: string) => ["test/sync/token-chain.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "several processes exchange one token at a moment",
    file: CHAIN,
    from: "locks.withLocks([",
    to: "locks.withLocks([String(Math.random()) + ",
    caughtBy: chain("also when all start at one moment"),
    invariant: "S10",
  },
  {
    name: "a new token is in Redis for everybody to read",
    file: CHAIN,
    from: 'const sealed = next === undefined ? "" : seal.close(next);',
    to: 'const sealed = next ?? "";',
    caughtBy: chain("nowhere in Redis to be read"),
    invariant: "S10",
  },
  {
    name: "a token that was configured anew is not used",
    file: CHAIN,
    from: "const isNew = kept.first !== own && !kept.former.includes(own);",
    to: 'const isNew = kept.first === "";',
    caughtBy: chain("configured anew begins the chain anew"),
    invariant: "S10",
  },
  {
    name: "who was configured before begins the former chain again",
    file: CHAIN,
    from: "const isNew = kept.first !== own && !kept.former.includes(own);",
    to: "const isNew = kept.first !== own;",
    caughtBy: chain("whoever still has the former one follows"),
    invariant: "S10",
  },
  {
    name: "a refusal says nothing of an answer that was lost before",
    file: CHAIN,
    from: "const unanswered = kept.begun?.digest === digest ? kept.begun.at : undefined;",
    to: "const unanswered = undefined;",
    caughtBy: chain("told since when and what to do"),
    invariant: "S10",
  },
  {
    name: "a new token that could not be kept at once is forgotten",
    file: CHAIN,
    from: 'if (redis.status === "end") return;',
    to: "return;",
    caughtBy: chain("gets it when it is back"),
    invariant: "S10",
  },
  {
    name: "who is refused does not look for a newer token",
    file: "connectors/salesforce/refresh.ts",
    from: "if (!isEnded(error) || (await chain.load()) === used) throw error;",
    to: "throw error;",
    caughtBy: chain("another process although we had it to ourselves"),
    invariant: "S10",
  },
  {
    name: "commands sign in beside the chain",
    file: "src/app/with-connectors.ts",
    from: "tokens: tokens?.(one.crm)",
    to: "tokens: undefined",
    caughtBy: ["test/operate/doctor.test.ts", "every command that asks the CRM"],
    invariant: "S10",
  },
  {
    name: "a search has more characters than HubSpot takes",
    file: "connectors/hubspot/search.ts",
    from: "const MAX_BODY = 3_000;",
    to: "const MAX_BODY = 30_000;",
    caughtBy: ["test/connectors/hubspot/find.test.ts", "bodies of 3,000 characters"],
    invariant: "W5",
  },
  {
    name: "a search that fails fails those beside it",
    file: "connectors/hubspot/search.ts",
    from: "answers.push(...some.map(() => (error instanceof Error ? error : new Error(String(error)))));",
    to: "throw error;",
    caughtBy: ["test/connectors/hubspot/find.test.ts", "bodies of 3,000 characters"],
    invariant: "W1",
  },
  {
    name: "the record in the way is not seen beside HubSpot's sentence",
    file: "connectors/hubspot/errors.ts",
    from: "existingIdOf(fault) ?? match?.[1]",
    to: "match?.[1]",
    caughtBy: ["test/connectors/hubspot/save.test.ts", "beside its sentence"],
    invariant: "P1",
  },
];
