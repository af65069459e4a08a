/** Breaks of what keeps bookings from failing on an org's bad day: large calls, maintenance, codes. */
import type { Break } from "../../bench/breaks-list.ts";

const large = (only: string) => ["test/connectors/salesforce/large-calls.test.ts", only] as const;

const badDay = (only: string) => ["test/e2e/bad-day.test.ts", only] as const;
const errors = (only: string) => ["test/connectors/salesforce/errors.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a maintenance is taken for bad data",
    file: "connectors/salesforce/codes.ts",
    from: 'maintenance: ["INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE"],',
    to: "",
    caughtBy: errors("is maintenance"),
    invariant: "W2",
  },
  {
    name: "a maintenance closes no gate",
    file: "src/sync/closing.ts",
    from: "if (maintenance !== undefined) return",
    to: "if (maintenance?.words === undefined && maintenance !== undefined) return",
    caughtBy: badDay("closes the gate in its own words"),
    invariant: "X3",
  },
  {
    name: "sessions that end in a maintenance call for new credentials",
    file: "src/sync/gate-state.ts",
    from: "{ ...next, reason: known.reason }",
    to: "next",
    caughtBy: ["test/sync/gate.test.ts", "while sessions end in it"],
    invariant: "G4",
  },
  {
    name: "a code that nobody knows fails at once",
    file: "connectors/salesforce/codes.ts",
    from: 'return code.startsWith("HTTP_") ? "rejected" : "unknown";',
    to: 'return "rejected";',
    caughtBy: errors("is unknown"),
    invariant: "W2",
  },
  {
    name: "a code that nobody knows is tried as often as an outage",
    file: "src/sync/failures.ts",
    from: "Math.min(tries.most, UNKNOWN.tries)",
    to: "tries.most",
    caughtBy: badDay("given up after a few tries"),
    invariant: "W3",
  },
  {
    name: "records that failed because their call was large fail for good",
    file: "connectors/fitting-calls.ts",
    from: "if (failed.length === 0 || items.length === 1) return answers;",
    to: "if (items.length > 0) return answers;",
    caughtBy: large("in at most 12 calls"),
    invariant: "W9",
  },
  {
    name: "each large call pays anew for what an org takes",
    file: "connectors/fitting-calls.ts",
    from: "if (suspects <= 0 && range.fits > 0) await sizes.set(object, range.fits);",
    to: "",
    caughtBy: large("in at most 12 calls"),
    invariant: "W9",
  },
  {
    name: "one bad record makes all later calls small",
    file: "connectors/fitting-calls.ts",
    from: "if (suspects <= 0 && range.fits > 0) await",
    to: "if (range.fits > 0) await",
    caughtBy: large("as large as ever"),
    invariant: "W9",
  },
  {
    name: "a record of which nothing was said is created again with those that failed",
    file: "connectors/fitting-calls.ts",
    from: "return answer instanceof CrmError && failedTogether(answer);",
    to: "return answer instanceof Error && answers.some((one) => one instanceof CrmError && failedTogether(one));",
    caughtBy: large("only where its row says"),
    invariant: "W9",
  },
  {
    name: "what one process has learnt of an org's triggers stays with it",
    file: "src/sync/call-sizes.ts",
    from: "await redis.set(keys.callSize(crm, object), size,",
    to: "await redis.set(keys.callSize(crm, String(Math.random())), size,",
    caughtBy: large("has taught every process"),
    invariant: "W9",
  },
  {
    name: "calls stay small for ever once an org has refused a large one",
    file: "src/sync/call-sizes.ts",
    from: "most: learnt * 2 ** Math.floor((REMEMBERED_MS - leftMs) / DOUBLES_MS)",
    to: "most: learnt",
    caughtBy: large("twice as many after an hour"),
    invariant: "W9",
  },
  {
    name: "an org that has moved is looked for at its old place until the process ends",
    file: "connectors/salesforce/http.ts",
    from: "return (status >= 300 && status < 400) || status === 420;",
    to: "return status === 301 || status === 420;",
    caughtBy: ["test/connectors/salesforce/sign-in.test.ts", "answers with a redirect"],
    invariant: "X5",
  },
  {
    name: "an org that answers 420 for having moved is never asked for where it is",
    file: "connectors/salesforce/http.ts",
    from: "return (status >= 300 && status < 400) || status === 420;",
    to: "return status >= 300 && status < 400;",
    caughtBy: ["test/connectors/salesforce/sign-in.test.ts", "answers with 420"],
    invariant: "X5",
  },
];
