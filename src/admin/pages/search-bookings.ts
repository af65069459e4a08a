/** `POST /admin/bookings/search`: leads to the purchase when there is one, else lists what was found. */
import type { AdminDeps } from "../deps.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import { purchaseRows } from "../purchases.ts";
import { searchedFor } from "../searched.ts";
import { bookingList } from "../views/booking-list.ts";
import { type Html, html } from "../views/html.ts";
import { emptyState } from "../views/parts.ts";
import { searchForm } from "../views/search-form.ts";

const MOST = 50;

export async function searchBookings(
  deps: AdminDeps,
  { form, searchToken, now, concerns, veil }: PageRequest,
): Promise<PageAnswer> {
  const query = (form.get("q") ?? "").trim();
  if (query === "") return { kind: "redirect", to: "/admin/bookings" };
  const hits = await deps.syncLog.find(query, MOST);
  concerns(await searchedFor(deps, query, hits));
  const [only, second] = hits;
  if (only !== undefined && second === undefined) {
    return { kind: "redirect", to: `/admin/bookings/${encodeURIComponent(only.purchaseId)}` };
  }
  if (only === undefined && (await deps.quarantine.find(query)) !== undefined) {
    return { kind: "redirect", to: "/admin/quarantine" };
  }
  const list =
    hits.length === 0 ? nothing() : bookingList("Purchases found", await purchaseRows(deps, hits, veil), now);
  const body = html`<h1>Bookings</h1>
${searchForm(searchToken, query)}
<h2>${hits.length === MOST ? `The newest ${MOST} found` : `${hits.length} found`}</h2>
${list}
<p><a href="/admin/bookings">All bookings, newest first</a></p>`;
  return { kind: "page", title: "Search", section: "bookings", body };
}

function nothing(): Html {
  return emptyState(
    "Nothing found",
    "Of several words of a name the last may be its beginning; a CRM record is found by its id, or its page’s address. What is older than the retention is forgotten. What could not be read is in quarantine.",
  );
}
