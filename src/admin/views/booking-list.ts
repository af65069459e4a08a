/** Purchases as rows: who, what, when, how each CRM stands. */
import type { PurchaseState } from "../../booking/types.ts";
import type { PurchaseStatus } from "../../synclog/sync-log.ts";
import { type Html, html } from "./html.ts";
import { table } from "./parts.ts";
import { bookingLine, personOf, statusTag } from "./purchase.ts";
import { ago } from "./time.ts";

export interface PurchaseRow {
  readonly purchaseId: string;
  /** ISO UTC; when its newest notification arrived, where that is known. */
  readonly at: string | undefined;
  readonly state: PurchaseState | undefined;
  /** By CRM. */
  readonly statuses: ReadonlyMap<string, PurchaseStatus | undefined>;
}

export function bookingList(label: string, rows: readonly PurchaseRow[], now: number): Html {
  const timed = rows.some(({ at }) => at !== undefined);
  const head = ["Purchase", "Person", "Bookings", "CRM", ...(timed ? ["Last notification"] : [])];
  return html`<section class="card" aria-label="${label}">${table(
    label,
    head,
    rows.map((row) => line(row, now)),
    "stack",
  )}</section>`;
}

function line({ purchaseId, at, state, statuses }: PurchaseRow, now: number): Html {
  const bookings = Object.values(state?.bookings ?? {});
  return html`<tr><th scope="row"><a href="/admin/bookings/${encodeURIComponent(purchaseId)}">${purchaseId}</a></th>
<td><bdi>${personOf(state) ?? html`<span class="quiet">not known</span>`}</bdi></td>
<td>${bookings.length === 0 ? html`<span class="quiet">not read yet</span>` : bookings.map(bookingLine)}</td>
<td><div class="tags">${[...statuses].map(([crm, status]) => statusTag(crm, status))}</div></td>
${at !== undefined && html`<td>${ago(at, now)}</td>`}</tr>`;
}
