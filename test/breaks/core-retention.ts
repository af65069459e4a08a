/** Breaks of how long what is kept: what is not applied does not expire, what is settled or dismissed ages. */
import type { Break } from "../../bench/breaks-list.ts";

const SCRIPTS = "src/inbox/scripts.ts";
const retentionTest = (only: string) => ["test/inbox/retention.test.ts", only] as const;
const ledgerTest = (only: string) => ["test/sync/ledger.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a notification that waits for a paused CRM expires",
    file: SCRIPTS,
    from: "redis.call('PERSIST', KEYS[2])\n",
    to: "redis.call('EXPIRE', KEYS[2], ARGV[4])\n",
    caughtBy: retentionTest("however long the CRM is paused"),
    invariant: "R1",
  },
  {
    name: "which purchase a booking belongs to is forgotten while its notification waits",
    file: SCRIPTS,
    from: "  redis.call('SADD', KEYS[7], KEYS[i])",
    to: "  redis.call('EXPIRE', KEYS[i], ARGV[4])",
    caughtBy: retentionTest("however long the CRM is paused"),
    invariant: "R1",
  },
  {
    name: "what is known of a purchase expires while a notification of it waits",
    file: SCRIPTS,
    from: "  redis.call('PERSIST', KEYS[i])",
    to: "",
    caughtBy: retentionTest("however long the CRM is paused"),
    invariant: "R1",
  },
  {
    name: "what one CRM has settled ages although it waits for another",
    file: SCRIPTS,
    from: "waits = waits or waitsFor(ARGV[i])",
    to: "waits = waitsFor(ARGV[1])",
    caughtBy: retentionTest("when the other CRM settles it"),
    invariant: "R1",
  },
  {
    name: "what failed ages without being dismissed",
    file: SCRIPTS,
    from: "ARGV[1])\nkeepAll()",
    to: "ARGV[1])\nkeepAll(ARGV[3], ARGV[4], ARGV[3])",
    caughtBy: retentionTest("an earlier version let it expire"),
    invariant: "R1",
  },
  {
    name: "what was dismissed once ages although it failed again",
    file: SCRIPTS,
    from: "redis.call('HDEL', KEYS[2], 'dismissed ' .. ARGV[1])",
    to: "",
    caughtBy: retentionTest("when it fails again"),
    invariant: "R1",
  },
  {
    name: "a dismissal lets age what came after the failure",
    file: SCRIPTS,
    from: "if redis.call('ZSCORE', KEYS[3], ARGV[2]) then return end",
    to: "",
    caughtBy: retentionTest("that nobody has looked at"),
    invariant: "R1",
  },
  {
    name: "a ledger is given its age before its purchase is settled",
    file: "src/redis/set-if-held.ts",
    from: "if ARGV[3] then redis.call('EXPIRE', KEYS[1], ARGV[3]) end",
    to: "redis.call('EXPIRE', KEYS[1], ARGV[3] or 1000)",
    caughtBy: ledgerTest("before its purchase is settled"),
    invariant: "R1",
  },
  {
    name: "what every CRM has settled is kept for ever",
    file: SCRIPTS,
    from: "not waits and ARGV[3])",
    to: "false)",
    caughtBy: retentionTest("has settled ages"),
    invariant: "R2",
  },
  {
    name: "what was dismissed is kept for ever",
    file: SCRIPTS,
    from: "redis.call('HSET', KEYS[2], 'dismissed ' .. ARGV[1], newest())",
    to: "redis.call('PERSIST', KEYS[2])",
    caughtBy: retentionTest("ages from then on"),
    invariant: "R2",
  },
  {
    name: "a CRM reads what waits for another",
    file: SCRIPTS,
    from: "local from = countUpTo(tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0'))",
    to: "local from = 0",
    caughtBy: retentionTest("only as far as that has not settled it"),
    invariant: "O4",
  },
  {
    name: "a page of what waits is left out",
    file: "src/inbox/inbox.ts",
    from: "after = last.seq;",
    to: "after = last.seq + ARRIVALS_PER_PAGE;",
    caughtBy: retentionTest("counted whole by the one it waits for"),
    invariant: "R1",
  },
];
