/** Breaks of what counts as true: the order of statements, whose record it is, what was decided, whether a CRM is down. */
import type { Break } from "../../bench/breaks-list.ts";

const oneContactTest = (only: string) => ["test/convergence/one-contact.test.ts", only] as const;
const decisionsTest = (only: string) => ["test/convergence/decisions.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a delivery that is stored again counts again",
    file: "src/inbox/scripts.ts",
    from: "if given then return tonumber(given) end",
    to: "",
    caughtBy: ["test/inbox/inbox.test.ts", "stored again, because the answer was lost"],
    invariant: "A3",
  },
  {
    name: "what is read again from the quarantine is newer than what came after it",
    file: "src/booking/newness.ts",
    from: "return order < orderOf(known);",
    to: "return false;",
    caughtBy: ["test/convergence/arrivals.test.ts"],
    invariant: "O1",
  },
  {
    name: "an older statement about a person is written over a newer one",
    file: "src/sync/held-records.ts",
    from: "if (known !== undefined && known.seq > order) return await stamped(known, stamp);",
    to: "",
    caughtBy: ["test/crash/frozen-contact.test.ts"],
    invariant: "P2",
  },
  {
    name: "a client in another's contact stays there when their e-mail changes",
    file: "src/sync/same-person.ts",
    from: "return match.every((trait) => isAmong(pointer.matchedBy, trait)) && !hasMovedOn(match, record);",
    to: "return true;",
    caughtBy: oneContactTest("is left to the one whose it is"),
    invariant: "P5",
  },
  {
    name: "a link that the plan no longer has stays",
    file: "src/sync/links.ts",
    from: ".filter((key) => !wanted.has(key)).map(linkOf);",
    to: '.filter((key) => !wanted.has(key) && key === "").map(linkOf);',
    caughtBy: ["test/convergence/links.test.ts", "follows its booking's client"],
    invariant: "L1",
  },
  {
    name: "an answer to a question that is settled cancels",
    file: "src/booking/decision.ts",
    from: "holdId(hold) === id && hold.bookingIds.includes(bookingId)",
    to: "hold.bookingIds.includes(bookingId)",
    caughtBy: ["test/booking/decision.test.ts"],
    invariant: "D1",
  },
  {
    name: "a decision about one booking settles the others of its question",
    file: "src/booking/holds.ts",
    from: "const bookingIds = hold.bookingIds.filter(keep);",
    to: "const bookingIds = hold.bookingIds.every(keep) ? hold.bookingIds : [];",
    caughtBy: decisionsTest("about one of three leaves the others"),
    invariant: "D4",
  },
  {
    name: "a CRM that does not answer counts as one that does",
    file: "src/sync/outage.ts",
    from: 'tell(error instanceof UnavailableError ? "silent" : "answered");',
    to: 'tell("answered");',
    caughtBy: ["test/convergence/outage.test.ts"],
    invariant: "X1",
  },
  {
    name: "an outage begins anew with each failure, so that it never lasts",
    file: "src/sync/outage.ts",
    from: "redis.call('HSETNX', KEYS[1], 'since', now)",
    to: "redis.call('HSET', KEYS[1], 'since', now)",
    caughtBy: ["test/convergence/outage.test.ts"],
    invariant: "X1",
  },
  {
    name: "the gate takes a person's pause for its own",
    file: "src/sync/gate-scripts.ts",
    from: "if redis.call('HEXISTS', KEYS[2], 'paused') == 0 then",
    to: "if true then",
    caughtBy: ["test/sync/gate.test.ts"],
    invariant: "G2",
  },
  {
    name: "the gate ends a person's pause when it opens",
    file: "src/sync/gate-scripts.ts",
    from: "if redis.call('HGET', KEYS[2], 'paused') == 'gate' then resume() end",
    to: "resume()",
    caughtBy: ["test/sync/gate.test.ts"],
    invariant: "G2",
  },
  {
    name: "a gate that was closed once more is opened by a probe that began before",
    file: "src/sync/gate-scripts.ts",
    from: "if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end",
    to: "",
    caughtBy: ["test/sync/gate.test.ts"],
    invariant: "G1",
  },
];
