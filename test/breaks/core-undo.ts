/** Breaks of undoing: what is given back that is not ours to give, and what the ledger is not told. */
import type { Break } from "../../bench/breaks-list.ts";

const JUDGE = "src/operate/undo/judge.ts";
const PURCHASE = "src/operate/undo/purchase.ts";
const MADE = "src/operate/undo/made.ts";
const judging = (only: string) => ["test/operate/undo/judge.test.ts", only] as const;
const undoing = (only: string) => ["test/operate/undo/undo.test.ts", only] as const;
const rest = (only: string) => ["test/synclog/timeline-rest.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what a field held that a new version of a mapping writes first is not read before",
    file: "src/sync/update-record.ts",
    from: "if (version === known.version) return false;",
    to: "if (version !== undefined) return false;",
    caughtBy: ["test/operate/undo/undo.test.ts", "a field that no mapping wrote before"],
    invariant: "T1",
  },
  {
    name: "an undo writes over what somebody edited since",
    file: JUDGE,
    from: 'return isSameValue(to, now) ? { do: "give_back", field, from, to, wasOurs } : skip("edited");',
    to: 'return { do: "give_back", field, from, to, wasOurs };',
    caughtBy: undoing("is left where somebody edited it"),
    invariant: "T2",
  },
  {
    name: "an undo gives back what was there before somebody else's write",
    file: "src/operate/undo/written.ts",
    from: "if (!write.isChosen || !isNext) break;",
    to: "if (isNext === undefined) break;",
    caughtBy: judging("is what came between them"),
    invariant: "T1",
  },
  {
    name: "an undo takes back an external id of ours",
    file: JUDGE,
    from: 'if (externalIds.has(field)) return skip("external_id");',
    to: "",
    caughtBy: judging("is no external id"),
    invariant: "T2",
  },
  {
    name: "what an undo without its lock wrote late is not looked at again",
    file: PURCHASE,
    from: "await lookAgain([purchaseId]);",
    to: "await deps.inbox.reopen(asked.crm, purchaseId);",
    caughtBy: ["test/operate/undo/late.test.ts"],
    invariant: "O5",
  },
  {
    name: "an undo does not say what it is about to write",
    file: PURCHASE,
    from: "if (isKnown) await ledger.begin(purchaseId, begun, lock);",
    to: "",
    caughtBy: undoing("leaves nothing that the next notification"),
    invariant: "T5",
  },
  {
    name: "the ledger is not told what an undo gave back",
    file: PURCHASE,
    from: "after[key] = withForm(withGivenBack(own, told), result.changes);",
    to: "after[key] = withForm(own, result.changes);",
    caughtBy: undoing("leaves the ledger with what the CRM holds"),
    invariant: "T3",
  },
  {
    name: "an undo has a purchase kept for ever",
    file: "src/sync/ledger.ts",
    from: "left > 0 ? left : undefined",
    to: "undefined",
    caughtBy: undoing("keeps the ledger no longer"),
    invariant: "T3",
  },
  {
    name: "an undo deletes a record that somebody has edited",
    file: MADE,
    from: 'record.became !== "created" || !isAsMade(record, seen)',
    to: 'record.became !== "created" || seen.live === "gone"',
    caughtBy: undoing("deletes what was made only"),
    invariant: "T4",
  },
  {
    name: "the ledger is not told that an undo has cancelled a record",
    file: PURCHASE,
    from: "after[key] = withForm(withGivenBack(own, told), result.changes);",
    to: "after[key] = withGivenBack(own, told);",
    caughtBy: undoing("cancels what was made where"),
    invariant: "T6",
  },
  {
    name: "an undo that cancels does not say what it is about to write",
    file: PURCHASE,
    from: 'made.do === "cancel" ? toNote(made) :',
    to: 'made.do === "cancel" ? { fields: [], may: {} } :',
    caughtBy: undoing("that cancels is killed"),
    invariant: "T6",
  },
  {
    name: "an undo deletes what it cannot cancel",
    file: MADE,
    from: 'if (form === undefined) return { do: "fail" };',
    to: 'if (form === undefined) return { do: "delete" };',
    caughtBy: undoing("has no form"),
    invariant: "T6",
  },
  {
    name: "what a timeline has no room for is lost to an undo",
    file: "src/synclog/timeline.ts",
    from: "redis.call('RPUSH', KEYS[2], ARGV[6] .. ' ' .. old)",
    to: "redis.call('TTL', KEYS[2])",
    caughtBy: undoing("more than a timeline has room for"),
    invariant: "T7",
  },
  {
    name: "what a timeline has no room for grows without end",
    file: "src/synclog/timeline.ts",
    from: "redis.call('LTRIM', KEYS[2], first - 1, -1)",
    to: "",
    caughtBy: rest("at most"),
    invariant: "T7",
  },
  {
    name: "what a timeline has no room for stays when somebody is forgotten",
    file: "src/synclog/sync-log.ts",
    from: "await redis.del(keys.timeline(crm, purchaseId), keys.timelineRest(crm, purchaseId));",
    to: "await redis.del(keys.timeline(crm, purchaseId));",
    caughtBy: rest("forgotten"),
    invariant: "T7",
  },
  {
    name: "an undo warns of a version that is in force and that it does not take back",
    file: "src/operate/undo/plan.ts",
    from: ".filter((version) => versions.has(version));",
    to: ".filter((version) => versions.size > 0 || versions.has(version));",
    caughtBy: undoing("one company first"),
    invariant: "T1",
  },
  {
    name: "the page of a mapping's version does not say that it is to be taken back before it is undone",
    file: "src/admin/views/undo-card.ts",
    from: "until === undefined &&",
    to: "until !== undefined &&",
    caughtBy: ["test/admin/pages.test.ts", "say what was in force, whom each wrote"],
    invariant: "F3",
  },
];
