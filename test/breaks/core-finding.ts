/** Breaks of finding a purchase by what an operator knows. */
import type { Break } from "../../bench/breaks-list.ts";

const TRAITS = "src/synclog/traits.ts";
const caught = (only: string) => ["test/synclog/search.test.ts", only] as const;
const onPages = (only: string) => ["test/admin/pages.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a telephone number is found only as it was written",
    file: TRAITS,
    from: "digits.slice(-TELLING_DIGITS)",
    to: "digits",
    caughtBy: caught("finds by a telephone number"),
    invariant: "F1",
  },
  {
    name: "a Salesforce id of 15 characters is another one than that of 18",
    file: TRAITS,
    from: "part.slice(0, SHORT_ID)",
    to: "part",
    caughtBy: caught("finds by a Salesforce record"),
    invariant: "F1",
  },
  {
    name: "words of who was forgotten stay",
    file: "src/synclog/known-words.ts",
    from: "if (gone.length > 0) await redis.zrem(keys.words, ...gone);",
    to: "if (gone.length < 0) await redis.zrem(keys.words, ...gone);",
    caughtBy: caught("forgets the words"),
    invariant: "F1",
  },
  {
    name: "a record is found only by who wrote it with news",
    file: "src/sync/found-by.ts",
    from: 'const written = records.filter(({ action }) => action !== "unchanged")',
    to: 'const written = records.filter(({ action }) => action === "unchanged")',
    caughtBy: onPages("leads to its purchase"),
    invariant: "F1",
  },
  {
    name: "an appointment is told by UTC wherever it takes place",
    file: "src/admin/views/time.ts",
    from: 'if (!there?.isValid || there.zoneName === "UTC")',
    to: 'if (!there?.isValid || there.zoneName !== "UTC")',
    caughtBy: onPages("by the clock where it takes place"),
    invariant: "F2",
  },
  {
    name: "what has waited longest is listed last",
    file: "src/synclog/sync-log.ts",
    from: 'redis.zrange(keys.pending(crm), offset, String(offset + limit - 1), "WITHSCORES")',
    to: 'redis.zrange(keys.pending(crm), offset, String(offset + limit - 1), "REV", "WITHSCORES")',
    caughtBy: onPages("by the CRM that it waits for"),
    invariant: "F2",
  },
  {
    name: "an old process and a new one put their mappings into force in turns",
    file: "src/stats/mapping-versions.ts",
    from: "const isNoted = mine.get(file) === version && file in known;",
    to: "const isNoted = mine.get(file) === version && !(file in known);",
    caughtBy: ["test/stats/mapping-versions.test.ts", "side by side"],
    invariant: "F3",
  },
  {
    name: "nobody knows whom a version of a mapping wrote",
    file: "src/synclog/sync-log.ts",
    from: "writtenBy.add(purchaseId, entry),",
    to: "",
    caughtBy: onPages("say what was in force"),
    invariant: "F3",
  },
];
