/** `GET /admin/bookings`: the newest purchases, and the field to search in. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { purchaseRows } from "../purchases.ts";
import { bookingList } from "../views/booking-list.ts";
import { html } from "../views/html.ts";
import { emptyState, pageOf, pager } from "../views/parts.ts";
import { searchForm } from "../views/search-form.ts";

const PER_PAGE = 25;

export async function showBookings(
  deps: AdminDeps,
  { query, now, searchToken, veil }: PageRequest,
): Promise<PageAnswer> {
  const page = pageOf(query);
  const found = await deps.syncLog.recent({ offset: (page - 1) * PER_PAGE, limit: PER_PAGE + 1 });
  const rows = await purchaseRows(deps, found.slice(0, PER_PAGE), veil);
  const list =
    rows.length === 0
      ? emptyState("No bookings yet", "They appear here as soon as BookingBug posts a notification.")
      : bookingList("Newest purchases", rows, now);
  const body = html`<h1>Bookings</h1>
${searchForm(searchToken, "")}
<h2>Newest</h2>
${list}${pager("/admin/bookings", {}, page, found.length > PER_PAGE)}`;
  return { kind: "page", title: "Bookings", section: "bookings", body };
}
