/** Breaks of whose word counts once a field was edited in a CRM. */
import type { Break } from "../../bench/breaks-list.ts";

const owner = (only: string) => ["test/e2e/owner.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "an edit of a field that is the CRM's is written over by the next notification",
    file: "src/mapping/writing.ts",
    from: 'owner === "crm" || owner === "ask" ?',
    to: 'owner === "ask" ?',
    caughtBy: owner("for good with `crm`"),
    invariant: "W17",
  },
  {
    name: "nobody is told of an edit that somebody is to be asked about",
    file: "src/drift/compare.ts",
    from: 'owner !== "ask" && ',
    to: "",
    caughtBy: owner("stays with `ask`"),
    invariant: "W17",
  },
  {
    name: "a round over the records does not know whose a field is",
    file: "src/drift/look.ts",
    from: 'planned.owner ?? "report"',
    to: '"report"',
    caughtBy: owner("is to be written back"),
    invariant: "W17",
  },
  {
    name: "an edit of BookingBug's field is written over by a notification and not noted",
    file: "src/sync/apply-record.ts",
    from: 'return owner === "bookingbug";',
    to: "return owner === undefined && false;",
    caughtBy: owner("is noted with `bookingbug`"),
    invariant: "W17",
  },
  {
    name: "what an older statement was met with is not written back",
    file: "src/sync/news-in.ts",
    from: "if (isSaid && (known.again ?? []).length === 0) return undefined;",
    to: "if (isSaid) return undefined;",
    caughtBy: owner("is written back although another purchase"),
    invariant: "W18",
  },
  {
    name: "what somebody decided of a field is asked again at the next look",
    file: "src/drift/look.ts",
    from: 'before?.asks === "leave" && before.ours === now.ours ? "leave"',
    to: 'before?.asks === "leave" && before.ours === now.ours ? now.asks',
    caughtBy: owner("is whoever's a person decides"),
    invariant: "W18",
  },
  {
    name: "what was left to the CRM stays so although BookingBug says something else",
    file: "src/drift/look.ts",
    from: ' && before.ours === now.ours ? "leave"',
    to: ' ? "leave"',
    caughtBy: owner("is asked about again once"),
    invariant: "W18",
  },
];
