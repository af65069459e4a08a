/** Walking a list of bookings to its end, however BookingBug says where that is. */
import type { BookingPage, ListBy, ListQuery } from "./api.ts";
import { BookingBugUnreadableError } from "./errors.ts";
import { type ListPage, readPage } from "./rows.ts";

/** BookingBug's documents show as many; its own screens ask for more. Where it gives fewer, the walk has more pages. */
const PER_PAGE = 100;
/** Two million bookings, and three hours of asking: what goes on after that has no end. */
const MOST_PAGES = 20_000;

const ENDLESS = `BookingBug's list has no end: page ${MOST_PAGES} was not the last. Ask for fewer days.`;

/** @param get answers the page of a query with its body */
export async function* walk(
  { by, page: first = 1, before: former = [] }: ListQuery,
  get: (query: URLSearchParams) => Promise<unknown>,
): AsyncGenerator<BookingPage, void, undefined> {
  let seen = 0;
  // Two pages of which no row can be read look alike; before the first one there is none.
  let before = former.length === 0 ? undefined : former.join();
  let beginning: string | undefined;
  for (let page = first; ; page += 1) {
    if (page > MOST_PAGES) throw new BookingBugUnreadableError(ENDLESS);
    const found = readPage(await get(queryOf(by, page)));
    const count = found.rows.length + found.unreadable;
    seen += count;
    const these = found.rows.map(({ id }) => id).join();
    // Beyond the last page some servers answer with that page again, or with the first.
    const isRepeated = count > 0 && (these === before || these === beginning);
    beginning ??= page === 1 ? these : undefined;
    before = these;
    const isLast = isRepeated || count === 0 || isEnd(found, first === 1 ? seen : undefined);
    const { rows, unreadable, total } = found;
    yield { page, rows: isRepeated ? [] : rows, unreadable: isRepeated ? 0 : unreadable, total, isLast };
    if (isLast) return;
  }
}

/**
 * A missing link ends the walk only when the count agrees: a BookingBug without links, or one whose pages shifted meanwhile, is
 * asked until a page is empty. So is one without links that counts as many as the page has: it may have counted the page.
 */
function isEnd({ hasNext, total, rows, unreadable }: ListPage, seen: number | undefined): boolean {
  if (hasNext === undefined && total === rows.length + unreadable) return false;
  return !hasNext && seen !== undefined && total !== undefined && seen >= total;
}

/** What is left out unless it is asked for is asked for. */
function queryOf(by: ListBy, page: number): URLSearchParams {
  const which: Record<string, string> =
    by.kind === "dates"
      ? { start_date: by.from, end_date: by.to }
      : { modified_since: by.since.toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length) };
  return new URLSearchParams({
    ...which,
    include_cancelled: "true",
    children: "true",
    per_page: String(PER_PAGE),
    page: String(page),
  });
}
