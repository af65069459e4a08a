/** Breaks of asking BookingBug: walking its lists, the session that all processes share, and its patience. */
import type { Break } from "../../bench/breaks-list.ts";

const LIST = "src/bookingbug/list.ts";
const list = (only: string) => ["test/bookingbug/list.test.ts", only] as const;
const shared = (only: string) => ["test/bookingbug/shared.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a list ends where BookingBug gives no link to a next page",
    file: LIST,
    from: "return !hasNext && seen !== undefined && total !== undefined && seen >= total;",
    to: "return !hasNext;",
    caughtBy: list("no link to a next page"),
    invariant: "Q1",
  },
  {
    name: "a list without links ends where a page counts itself",
    file: LIST,
    from: "if (hasNext === undefined && total",
    to: "if (hasNext === true && total",
    caughtBy: list("a count is the page's own"),
    invariant: "Q1",
  },
  {
    name: "a list goes on as long as there is a link to a next page",
    file: LIST,
    from: "const isLast = isRepeated || count === 0 || isEnd(",
    to: "const isLast = isRepeated || (count === 0 && !found.hasNext) || isEnd(",
    caughtBy: list("a link on every page and no count"),
    invariant: "Q1",
  },
  {
    name: "the last page is taken again and again",
    file: LIST,
    from: "count > 0 && (these === before || ",
    to: "count > 0 && (",
    caughtBy: list("the last page again beyond it"),
    invariant: "Q1",
  },
  {
    name: "cancelled bookings are left out of a list",
    file: LIST,
    from: 'include_cancelled: "true",',
    to: 'include_cancelled: "false",',
    caughtBy: list("as documented"),
    invariant: "Q1",
  },
  {
    name: "an answer that is no list is an empty one",
    file: "src/bookingbug/rows.ts",
    from: "(isEmpty ? [] : undefined)",
    to: "[]",
    caughtBy: list("an object that says nothing"),
    invariant: "Q4",
  },
  {
    name: "each process signs in to BookingBug for itself",
    file: "src/sync/shared-token.ts",
    from: "if (there !== undefined && there !== refused) return there;",
    to: "",
    caughtBy: shared("also when all start at one moment"),
    invariant: "Q2",
  },
  {
    name: "BookingBug's token is in Redis for everybody to read",
    file: "src/sync/shared-token.ts",
    from: 'seal.close(token), "PX"',
    to: 'token, "PX"',
    caughtBy: shared("nowhere to be read"),
    invariant: "Q2",
  },
  {
    name: "processes ask BookingBug side by side",
    file: "src/app/bookingbug.ts",
    from: "concurrent: 1 }",
    to: "concurrent: 9 }",
    caughtBy: shared("are one at a time"),
    invariant: "Q3",
  },
  {
    name: "only the process that BookingBug asked slows down",
    file: "src/bookingbug/patience.ts",
    from: "await turns.holdOff(until);",
    to: "await sleep(until.getTime() - Date.now());",
    caughtBy: shared("wait together"),
    invariant: "Q3",
  },
  {
    name: "a session of BookingBug's that has ended stays ended",
    file: "src/bookingbug/session.ts",
    from: "const renewed = await shared.renew(token, signIn);",
    to: "const renewed = token;",
    caughtBy: ["test/bookingbug/sign-in.test.ts", "that has ended is renewed once"],
    invariant: "Q2",
  },
  {
    name: "a purchase that BookingBug has at the parent alone is taken for none",
    file: "src/bookingbug/client.ts",
    from: "throw error;\n      return await at(company);",
    to: "throw error;\n      throw error;",
    caughtBy: ["test/bookingbug/read.test.ts", "found by the path of parent"],
    invariant: "Q4",
  },
  {
    name: "a list without end is walked without end",
    file: LIST,
    from: "if (page > MOST_PAGES) throw new BookingBugUnreadableError(ENDLESS);",
    to: "if (page > MOST_PAGES) return;",
    caughtBy: list("never ends"),
    invariant: "Q1",
  },
];
