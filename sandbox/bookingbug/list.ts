/** "Admin Bookings", the list: 30 a page, without cancelled ones, with the children, unless it is asked for otherwise. */
import type { SandboxAnswer } from "../crm.ts";
import { bookingBody } from "./bodies.ts";
import type { Booking, Diary } from "./diary.ts";
import { type BookingBugSandboxOptions, PARENT } from "./options.ts";

const PER_PAGE = 30;

/** What is embedded of a page without rows. */
const NOTHING = {
  empty: { bookings: [] },
  nothing_embedded: {},
  null: null,
  null_bookings: { bookings: null },
  last_page: { bookings: [] },
  first_page: { bookings: [] },
} as const;

interface Listing {
  readonly diary: Diary;
  readonly options: BookingBugSandboxOptions;
  readonly company: number;
  readonly query: URLSearchParams;
  /** How many lists were asked for so far. */
  readonly turn: number;
}

export function listBookings({ diary, options, company, query, turn }: Listing): SandboxAnswer {
  const { total = true, next = "while_more", beyond = "empty", maxPerPage = Number.POSITIVE_INFINITY } = options;
  const all = ordered(matching(diary, options, company, query), options, turn);
  const perPage = Math.min(Number(query.get("per_page") ?? PER_PAGE), maxPerPage);
  const asked = Number(query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const page = asked <= last ? asked : beyond === "last_page" ? last : beyond === "first_page" ? 1 : asked;
  const rows = all.slice((page - 1) * perPage, page * perPage);
  const hasNext = next === "always" || (next === "while_more" && page < last);
  const path = `/api/v1/admin/${company}/bookings?page=`;
  // As BookingBug's own example of another list: after the last page the link leads to none.
  const following = page < last ? page + 1 : 0;
  return {
    status: 200,
    body: {
      ...(total && { total_entries: total === "page" ? rows.length : all.length }),
      include_cancelled: query.get("include_cancelled") === "true",
      _embedded: rows.length > 0 ? { bookings: rows.map((booking) => bookingBody(booking, diary)) } : NOTHING[beyond],
      ...(next !== "no_links" && {
        _links: { self: { href: `${path}${page}` }, ...(hasNext && { next: { href: `${path}${following}` } }) },
      }),
    },
  };
}

function matching(diary: Diary, options: BookingBugSandboxOptions, company: number, query: URLSearchParams): Booking[] {
  const { modifiedSince = "change", zoneMinutes = 0, parent = PARENT } = options;
  const withChildren = company === parent && query.get("children") !== "false";
  const from = momentOf(query.get("start_date"), "T00:00:00", zoneMinutes);
  const to = momentOf(query.get("end_date"), "T23:59:59", zoneMinutes);
  const since = momentOf(query.get("modified_since"), "", zoneMinutes);
  return [...diary.bookings.values()].filter((booking) => {
    const time = booking.start.getTime();
    const changed = (modifiedSince === "change" ? booking.updatedAt : booking.createdAt).getTime();
    return (
      (withChildren || booking.companyId === company) &&
      (query.get("include_cancelled") === "true" || !booking.isCancelled) &&
      (from === undefined || time >= from) &&
      (to === undefined || time < to + 1_000) &&
      (since === undefined || changed >= since)
    );
  });
}

/** Neither days nor moments come with a zone. */
function momentOf(text: string | null, rest: string, zoneMinutes: number): number | undefined {
  return text === null ? undefined : Date.parse(`${text}${rest}Z`) - zoneMinutes * 60_000;
}

function ordered(bookings: Booking[], { order = "id" }: BookingBugSandboxOptions, turn: number): Booking[] {
  if (order === "updated_at")
    return bookings.toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || b.id - a.id);
  if (order === "id") return bookings;
  const cut = bookings.length === 0 ? 0 : (turn * 17) % bookings.length;
  return [...bookings.slice(cut), ...bookings.slice(0, cut)];
}
