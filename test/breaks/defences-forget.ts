/** Breaks of what lets a person be forgotten. */
import type { Break } from "../../bench/breaks-list.ts";

const everywhere = (only: string) => ["test/operate/forget-everywhere.test.ts", only] as const;
const mentions = (only: string) => ["test/operate/forget/mentions.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a person is forgotten while a pass over their purchase goes on",
    file: "src/operate/forget/forget.ts",
    from: "await locks.withLocks(passes, async () => {",
    to: "await (async (work: () => Promise<void>) => await work())(async () => {",
    caughtBy: everywhere("a pass that is under way"),
    invariant: "S5",
  },
  {
    name: "a pass lets go of its purchase before it has told what it did",
    file: "src/sync/reconcile.ts",
    from: "return await work(() => pass(deps, purchaseId, lock));",
    to: "return await work(() => pass(deps, purchaseId, lock).finally(() => lock.release()));",
    caughtBy: ["test/sync/alone.test.ts", "until what is told"],
    invariant: "S5",
  },
  {
    name: "a forgotten person's address is not looked for in UTF-16",
    file: "src/operate/forget/readings.ts",
    from: "return [...bytewise, ...pairwise];",
    to: "return bytewise.concat(pairwise.slice(2));",
    caughtBy: mentions("UTF-16"),
    invariant: "S5",
  },
  {
    name: "a forgotten person's address is not looked for in what was packed twice",
    file: "src/operate/forget/readings.ts",
    from: "const MAX_PACKINGS = 3;",
    to: "const MAX_PACKINGS = 1;",
    caughtBy: mentions("gzip of"),
    invariant: "S5",
  },
  {
    name: "a forgotten person's address is not looked for in JSON's escapes",
    file: "src/operate/forget/readings.ts",
    from: "const NOTATIONS = [withoutEscapes, withoutPercents, withoutEntities];",
    to: "const NOTATIONS = [withoutPercents, withoutEntities];",
    caughtBy: mentions("JSON"),
    invariant: "S5",
  },
  {
    name: "who has an address that ends like a forgotten one is forgotten too",
    file: "src/operate/forget/mentions.ts",
    from: "{0,8})`;",
    to: "{0,8}~)`;",
    caughtBy: mentions("where it says"),
    invariant: "S5",
  },
  {
    name: "a client's id is not looked for in quarantine",
    file: "src/operate/forget/mentions.ts",
    from: "hasEmail(text) || hasClient(text)",
    to: "hasEmail(text)",
    caughtBy: mentions("by the id of the client"),
    invariant: "S5",
  },
  {
    name: "BullMQ's events of a forgotten person stay",
    file: "src/operate/forget/jobs.ts",
    from: 'await redis.del(queue.toKey("events"));',
    to: "",
    caughtBy: everywhere("BullMQ's events"),
    invariant: "S5",
  },
  {
    name: "BullMQ's events have no age",
    file: "src/inbox/queues.ts",
    from: 'await redis.xtrim(queue.toKey("events"), "MINID", String(Date.now() - EVENTS_KEPT_MS));',
    to: "",
    caughtBy: ["test/inbox/queues.test.ts", "none is older than a day"],
    invariant: "S5",
  },
  {
    name: "a forgotten person's former addresses are not asked for",
    file: "src/operate/forget/known-by.ts",
    from: "const joined = await formerAddresses(deps);",
    to: "const joined = (await formerAddresses(deps), new Map<string, Set<string>>());",
    caughtBy: everywhere("today's address"),
    invariant: "S5",
  },
  {
    name: "a purchase that only the search knows by an address is not forgotten with it",
    file: "src/operate/forget/find-purchases.ts",
    from: "const found = new Set(await foundBySearch(deps, person));",
    to: "const found = new Set((await foundBySearch(deps, person)).slice(0, 0));",
    caughtBy: everywhere("the search alone"),
    invariant: "S5",
  },
];
