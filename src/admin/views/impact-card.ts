/** What a mapping that is not in force would make different, and purchases to look at. */
import type { ImpactFound } from "../../bulk/store.ts";
import { type Html, html } from "./html.ts";
import { plural, table } from "./parts.ts";

export function impactCard({ purchases, differing, failing, groups }: ImpactFound): Html {
  return html`<section class="card" aria-labelledby="impact"><h2 id="impact">What it would make different</h2>
<p>Of ${plural(purchases, "purchase")} looked at, something would differ for <strong>${differing}</strong>.</p>
${failing.count > 0 && html`<p class="bad"><strong>It fails for ${failing.count} that the mapping in force serves, first: ${failing.example}</strong></p>`}
${groups.length > 0 && table("What would differ", ["Times", "Section", "What", "For example"], groups.map(row), "stack")}
<p class="quiet">Nothing is rewritten by itself: a purchase's next notification does it, or running it again.</p></section>`;
}

function row({ count, section, object, what, examples }: ImpactFound["groups"][number]): Html {
  const links = examples.map(
    ({ purchaseId, bookingId }) =>
      html`<a href="/admin/bookings/${encodeURIComponent(purchaseId)}">${purchaseId}</a>${bookingId !== undefined && html` <small>booking ${bookingId}</small>`}`,
  );
  return html`<tr><td>${count}</td><th scope="row">${section} <small>${object}</small></th><td>${what}</td>
<td>${links.map((link) => html`${link}<br>`)}</td></tr>`;
}
