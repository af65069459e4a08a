/** Which purchases the list shows, beside what is searched for. */
import { type Html, html } from "./html.ts";
import { crmName } from "./parts.ts";

export type BookingsFilter =
  | { readonly kind: "newest" }
  /** UTC, by the newest notification. */
  | { readonly kind: "day"; readonly day: string }
  /** For a CRM, the longest first. */
  | { readonly kind: "waiting"; readonly crm: string };

export function filterTitle(filter: BookingsFilter): string {
  switch (filter.kind) {
    case "waiting":
      return `Waiting for ${crmName(filter.crm)}, the longest first`;
    case "day":
      return `Last heard of on ${filter.day}`;
    case "newest":
      return "Newest";
  }
}

export function filterForm(filter: BookingsFilter, crms: readonly string[]): Html {
  const day = filter.kind === "day" ? filter.day : "";
  const ways = [
    { href: "/admin/bookings", words: "Newest", isCurrent: filter.kind === "newest" },
    ...crms.map((crm) => ({
      href: `/admin/bookings?waiting=${encodeURIComponent(crm)}`,
      words: `Waiting for ${crmName(crm)}`,
      isCurrent: filter.kind === "waiting" && filter.crm === crm,
    })),
    { href: "/admin/failed", words: "Failed and held", isCurrent: false },
  ];
  return html`<form class="filter" method="get" action="/admin/bookings">
<label>Day of the newest notification, UTC<input type="date" name="day" value="${day}"></label><button type="submit" class="secondary">Show</button></form>
<nav aria-label="Which purchases"><ul class="ways">${ways.map(
    ({ href, words, isCurrent }) =>
      html`<li><a href="${href}"${isCurrent && html` aria-current="page"`}>${words}</a></li>`,
  )}</ul></nav>`;
}
