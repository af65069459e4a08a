/** `GET /admin/bookings`: the newest purchases, those of a day, or what waits for a CRM; and the field to search in. */
import type { ListedPurchase } from "../../synclog/listed.ts";
import type { Span } from "../../synclog/sync-log.ts";
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { purchaseRows } from "../purchases.ts";
import { bookingList } from "../views/booking-list.ts";
import { type BookingsFilter, filterForm, filterTitle } from "../views/bookings-filter.ts";
import { html } from "../views/html.ts";
import { emptyState, pageOf, pager } from "../views/parts.ts";
import { searchForm } from "../views/search-form.ts";

const PER_PAGE = 25;
const DAY_MS = 86_400_000;

export async function showBookings(
  deps: AdminDeps,
  { query, now, searchToken, veil }: PageRequest,
): Promise<PageAnswer> {
  const page = pageOf(query);
  const filter = filterOf(deps, query);
  const found = await read(deps, filter, { offset: (page - 1) * PER_PAGE, limit: PER_PAGE + 1 });
  const rows = await purchaseRows(deps, found.slice(0, PER_PAGE), veil);
  const title = filterTitle(filter);
  const nothing =
    filter.kind === "newest"
      ? emptyState("No bookings yet", "They appear here as soon as BookingBug posts a notification.")
      : emptyState("Nothing", "No purchase is like that.");
  const body = html`<h1>Bookings</h1>
${searchForm(searchToken, "")}
${filterForm(
  filter,
  deps.crms.map(({ crm }) => crm),
)}
<h2>${title}</h2>
${rows.length === 0 ? nothing : bookingList(title, rows, now)}${pager("/admin/bookings", fieldsOf(filter), page, found.length > PER_PAGE)}`;
  return { kind: "page", title: "Bookings", section: "bookings", body };
}

/** What cannot be meant is left out. */
function filterOf({ crms }: AdminDeps, query: URLSearchParams): BookingsFilter {
  const waiting = crms.find(({ crm }) => crm === query.get("waiting"))?.crm;
  if (waiting !== undefined) return { kind: "waiting", crm: waiting };
  const day = query.get("day") ?? "";
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));
  return isDay ? { kind: "day", day } : { kind: "newest" };
}

function fieldsOf(filter: BookingsFilter): Record<string, string> {
  switch (filter.kind) {
    case "waiting":
      return { waiting: filter.crm };
    case "day":
      return { day: filter.day };
    case "newest":
      return {};
  }
}

async function read(
  { syncLog }: AdminDeps,
  filter: BookingsFilter,
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly ListedPurchase[]> {
  switch (filter.kind) {
    case "waiting":
      return await syncLog.waiting(filter.crm, page);
    case "day":
      return await syncLog.recent(page, spanOf(filter.day));
    case "newest":
      return await syncLog.recent(page);
  }
}

function spanOf(day: string): Span {
  const from = Date.parse(day);
  return { from, to: from + DAY_MS };
}
