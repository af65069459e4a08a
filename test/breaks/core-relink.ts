/** Breaks of what becomes of the links to somebody who is another record than before. */
import type { Break } from "../../bench/breaks-list.ts";

const MOVED = "src/sync/moved-records.ts";
const LOST = "src/drift/lost-links.ts";
const anew = (only: string) => ["test/convergence/made-anew.test.ts", only] as const;
const relink = (only: string) => ["test/bulk/relink.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a contact that was made anew has the appointments of one purchase alone",
    file: "src/sync/shared-records.ts",
    from: "const left = leftBy(before, outcome);",
    to: "const left = before.gone && leftBy(before, outcome);",
    caughtBy: anew("that one of them made anew"),
    invariant: "L5",
  },
  {
    name: "that others are to be looked at is forgotten where a process ends before they are",
    file: "src/sync/shared-records.ts",
    from: "if (pointer?.left !== undefined) return undefined;",
    to: "",
    caughtBy: anew("where it broke off"),
    invariant: "L5",
  },
  {
    name: "that others are to be looked at is forgotten by the next pass",
    file: MOVED,
    from: "return pointer && (await end(plan, pointer, lock));",
    to: "return pointer;",
    caughtBy: anew("where it broke off"),
    invariant: "L5",
  },
  {
    name: "what the purchase had linked already keeps its link to a company that is gone",
    file: "src/sync/pass-work.ts",
    from: "        await deps.lookAgain([purchaseId]);\n",
    to: "",
    caughtBy: anew("to the company that another purchase made anew"),
    invariant: "L5",
  },
  {
    name: "who leaves somebody else's contact leaves appointments there",
    file: "src/sync/shared-records.ts",
    from: "return { left: { object, id } };",
    to: "return {};",
    caughtBy: anew("takes all of their appointments along"),
    invariant: "L5",
  },
  {
    name: "of those that share a record only the last is known",
    file: "src/sync/ledger-records.ts",
    from: "redis.call('ZADD', KEYS[2], now + left, before)",
    to: "",
    caughtBy: anew("that one of them made anew"),
    invariant: "L5",
  },
  {
    name: "a link to who was deleted and made anew is passed over as the deleted one's",
    file: LOST,
    from: "(isLedToNews && news.length > 0);",
    to: "news.length > 0;",
    caughtBy: relink("to who was made anew is told"),
    invariant: "Q21",
  },
  {
    name: "a link to who was made anew is told although somebody has made it",
    file: LOST,
    from: " || (isLedToNews && news.length > 0);",
    to: ";",
    caughtBy: relink("to who was made anew is told"),
    invariant: "Q21",
  },
  {
    name: "a lost link to who was made anew is never written back, since the former record is gone",
    file: LOST,
    from: ' && !(end === "gone" && isReplaced)',
    to: "",
    caughtBy: relink("to who was made anew is told"),
    invariant: "W21",
  },
  {
    name: "which purchases share a record of theirs is kept of who was forgotten",
    file: "src/operate/forget/shared.ts",
    from: ".add(keys.sharersOf(crm, object, id))",
    to: "",
    caughtBy: ["test/drift/changed.test.ts", "is of nobody who was forgotten"],
    invariant: "Q20",
  },
  {
    name: "of very many purchases that share a record, the first page alone is looked at again",
    file: "src/sync/ledger-records.ts",
    from: "if (some.length < PAGE) return;",
    to: "if (some.length > 0) return;",
    caughtBy: ["test/sync/ledger.test.ts", "although some of them move on"],
    invariant: "L5",
  },
  {
    name: "who is a converted Lead now has the appointments stay with the record that was deleted",
    file: "src/sync/shared-records.ts",
    from: "leftBy(before, { record: error.from })",
    to: "before.left",
    caughtBy: ["test/e2e/living-on.test.ts", "instead of one that was deleted"],
    invariant: "L5",
  },
];
