/** Breaks of what keeps a few bytes from becoming many: in memory, in Redis, in an answer, in the log. */
import type { Break } from "../../bench/breaks-list.ts";

const QUARANTINE = "src/inbox/quarantine.ts";
const SCRIPTS = "src/inbox/quarantine-scripts.ts";
const quarantineTest = (only: string) => ["test/inbox/quarantine.test.ts", only] as const;
const amplification = (only: string) => ["test/receiver/amplification.test.ts", only] as const;
const oneAtATime = (only: string) => ["test/operate/read-again.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "the quarantine is loaded whole, large as its entries are",
    file: SCRIPTS,
    from: "if bytes > tonumber(ARGV[1]) and i > 2 then break end",
    to: "",
    caughtBy: quarantineTest("a few megabytes at a time"),
    invariant: "S1",
  },
  {
    name: "the quarantine is loaded whole, many as its entries are",
    file: QUARANTINE,
    from: "const PAGE_ENTRIES = 100;",
    to: "const PAGE_ENTRIES = 1_000_000;",
    caughtBy: quarantineTest("no more than a hundred"),
    invariant: "S1",
  },
  {
    name: "the quarantine is collected before it is read again",
    file: "src/operate/read-again.ts",
    from: "for await (const delivery of deliveries) {",
    to: "for (const delivery of await Array.fromAsync(deliveries)) {",
    caughtBy: oneAtATime("reading again"),
    invariant: "S1",
  },
  {
    name: "the quarantine is collected before a person is looked for in it",
    file: "src/operate/forget/forget.ts",
    from: "for await (const { deliveryId, body } of quarantine.walk()) {",
    to: "for (const { deliveryId, body } of await Array.fromAsync(quarantine.walk())) {",
    caughtBy: oneAtATime("forgetting"),
    invariant: "S1",
  },
  {
    name: "the quarantine may take as much of Redis as is sent",
    file: SCRIPTS,
    from: " or tonumber(redis.call('GET', KEYS[3])) > tonumber(ARGV[6])",
    to: "",
    caughtBy: quarantineTest("more than its bytes"),
    invariant: "R3",
  },
  {
    name: "what leaves a full quarantine is not counted",
    file: SCRIPTS,
    from: "redis.call('HINCRBY', KEYS[4], 'quarantine_dropped', dropped)",
    to: "",
    caughtBy: quarantineTest("more than its bytes"),
    invariant: "R3",
  },
  {
    name: "a quarantine that an earlier version filled passes for empty",
    file: SCRIPTS,
    from: "if redis.call('EXISTS', KEYS[3]) == 0 then",
    to: "if false then",
    caughtBy: quarantineTest("although an earlier version"),
    invariant: "R3",
  },
  {
    name: "what is read again and cannot be read is there twice, and drives another out",
    file: SCRIPTS,
    from: "if ARGV[7] ~= '' then remove(ARGV[7]) end",
    to: "",
    caughtBy: quarantineTest("in place of what it was"),
    invariant: "A6",
  },
  {
    name: "a list is looked at to its end, however much of it is wrong",
    file: "src/booking/few-issues.ts",
    from: "if (faults < MAX_PROBLEMS || unseen === 0) continue;",
    to: "if (unseen >= 0) continue;",
    caughtBy: amplification("are not all looked at"),
    invariant: "S7",
  },
  {
    name: "bookings are looked at to the last, however many are wrong",
    file: "src/booking/recognise.ts",
    from: "if (problems.length < MAX_PROBLEMS) continue;",
    to: "if (problems.length >= 0) continue;",
    caughtBy: amplification("bookings that are none"),
    invariant: "S7",
  },
  {
    name: "every problem of a body is answered, logged and kept",
    file: "src/booking/problems.ts",
    from: "problems.slice(0, MAX_PROBLEMS)",
    to: "problems.slice(0)",
    caughtBy: amplification("courses"),
    invariant: "S7",
  },
  {
    name: "every booking of a list is named in the answer",
    file: "src/receiver/router.ts",
    from: "bookingIds.slice(0, MAX_IDS)",
    to: "bookingIds",
    caughtBy: amplification("very many bookings"),
    invariant: "S7",
  },
  {
    name: "every purchase of a list is named in the log",
    file: "src/receiver/receive.ts",
    from: "purchaseIds.slice(0, MAX_LOGGED)",
    to: "purchaseIds",
    caughtBy: amplification("very many bookings"),
    invariant: "S7",
  },
  {
    name: "a megabyte of brackets is parsed before it is refused",
    file: "src/receiver/json-bounds.ts",
    from: "if (depth > MAX_DEPTH) return TOO_DEEP;",
    to: "",
    caughtBy: amplification("nested deeper"),
    invariant: "S1",
  },
  {
    name: "a megabyte of commas is parsed before it is refused",
    file: "src/receiver/json-bounds.ts",
    from: "if (commas > MAX_VALUES) return TOO_MANY;",
    to: "",
    caughtBy: amplification("more than 50000"),
    invariant: "S1",
  },
  {
    name: "what came packed is read again from the quarantine as if it had not been",
    file: "src/app/parts.ts",
    from: "{ route, contentType, contentEncoding, upload",
    to: "{ route, contentType, contentEncoding: undefined, upload",
    caughtBy: ["test/convergence/arrivals.test.ts", "as it was packed"],
    invariant: "A6",
  },
];
