/** Breaks of what is known of causes: figures, how they stand, the two lists, and what is done on their pages. */
import type { Break } from "../../bench/breaks-list.ts";

const kept = (only: string) => ["test/synclog/kept-causes.test.ts", only] as const;
const pages = (only: string) => ["test/admin/causes.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a cause is forgotten when it is mended",
    file: "src/synclog/failed-scripts.ts",
    from: "      redis.call('ZREM', KEYS[7], cause)\n",
    to: "      redis.call('ZREM', KEYS[7], cause)\n      redis.call('HDEL', KEYS[3], cause)\n",
    caughtBy: kept("is kept when it is mended"),
    invariant: "C1",
  },
  {
    name: "a purchase counts in the bar each time it fails",
    file: "src/synclog/failed-scripts.ts",
    from: "if not counted[cause] then",
    to: "if true then",
    caughtBy: kept("fails again within the hour"),
    invariant: "C1",
  },
  {
    name: "what is counted of an hour or a cause never expires",
    file: "src/synclog/failed-scripts.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: quoted from the file
    from: "for key = own + 1, own + ${KEYS_PER_CAUSE} do",
    to: "for key = own + 1, own do",
    caughtBy: kept("expires with everything"),
    invariant: "C1",
  },
  {
    name: "a cause that is listed is forgotten for its age",
    file: "src/synclog/failed-scripts.ts",
    from: "if redis.call('ZSCORE', KEYS[3], cause) or redis.call('ZSCORE', KEYS[4], cause) then return end",
    to: "",
    caughtBy: kept("is forgotten a retention after"),
    invariant: "C1",
  },
  {
    name: "what is resolved was always by itself",
    file: "src/synclog/failed-scripts.ts",
    from: "local after = redis.call('HGET', KEYS[9], purchase) or ''",
    to: "local after = ''",
    caughtBy: kept("is resolved after"),
    invariant: "C2",
  },
  {
    name: "what was done before it failed again is said to have resolved it",
    file: "src/synclog/failed-scripts.ts",
    from: "redis.call('HDEL', KEYS[9], purchase)\nreturn 1",
    to: "return 1",
    caughtBy: kept("is not resolved by what was done before"),
    invariant: "C2",
  },
  {
    name: "the retry that is part of an answer hides the answer",
    file: "src/synclog/failed.ts",
    from: 'after.action === "retry" ? "1" : "0"',
    to: '"0"',
    caughtBy: kept("is resolved after"),
    invariant: "C2",
  },
  {
    name: "who saw a cause before it came back has seen it for good",
    file: "src/synclog/failed-scripts.ts",
    from: "    redis.call('HDEL', KEYS[3], cause .. ':seen')\n",
    to: "",
    caughtBy: kept("is back again"),
    invariant: "C2",
  },
  {
    name: "what waits for a person counts as failed",
    file: "src/synclog/failed-scripts.ts",
    from: "redis.call(ARGV[6] == '1' and 'SADD' or 'SREM', KEYS[8], purchase)",
    to: "redis.call('SREM', KEYS[8], purchase)",
    caughtBy: kept("two lists and two counts"),
    invariant: "C3",
  },
  {
    name: "what an earlier version listed is on neither list",
    file: "src/synclog/sync-log.ts",
    from: "      await failedList.adopt(crm);\n",
    to: "",
    caughtBy: kept("have what an earlier version listed"),
    invariant: "C3",
  },
  {
    name: "asked for hours, the page lists what is listed now",
    file: "src/admin/pages/causes.ts",
    from: "broke?.[kind].places ?? (await kept.places(crms, kind))",
    to: "await kept.places(crms, kind)",
    caughtBy: pages("last night is answered"),
    invariant: "C4",
  },
  {
    name: "a retry leads to the top of the list",
    file: "src/admin/pages/retry.ts",
    from: "to: place",
    to: 'to: "/admin/failed"',
    caughtBy: pages("retries what is selected"),
    invariant: "C5",
  },
];
