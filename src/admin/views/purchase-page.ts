/** The page of one purchase: its bookings, what is to be done, its timeline, its notifications. */
import { lastDecided } from "../../booking/decision.ts";
import { maskPayload } from "../../booking/mask.ts";
import type { BookingState } from "../../booking/types.ts";
import type { PurchaseCrm } from "../../operate/purchase.ts";
import { questionPage } from "../next-question.ts";
import type { PageAnswer, PageRequest } from "../page.ts";
import type { PurchaseView } from "../read-purchase.ts";
import { failureBlock } from "./failure.ts";
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { crmName, emptyState, plural, type RecordUrl, table, tag } from "./parts.ts";
import { personOf, serviceOf, statusTag } from "./purchase.ts";
import { ago, appointment, clock } from "./time.ts";
import { timeline } from "./timeline.ts";

export function purchasePage(view: PurchaseView, request: PageRequest, payloads: "masked" | "shown"): PageAnswer {
  const { purchaseId, state, crms } = view;
  const path = `/admin/bookings/${encodeURIComponent(purchaseId)}`;
  const runAgain = { action: `${path}/run-again`, formToken: request.formToken, button: "Run again" };
  const body = html`<p class="crumb"><a href="/admin/bookings">Bookings</a></p>
<h1>Purchase ${purchaseId}</h1>
<p class="lead"><bdi>${personOf(state) ?? "No person known"}</bdi></p>
<div class="actions"><div class="tags">${crms.map(({ crm, status }) => statusTag(crm, status))}</div>${buttonForm(runAgain)}</div>
${crms.map((crm) => whatIsWrong(crm, view))}
${bookings(view, request.now)}
${decisions(view, request)}
${view.timeline.length === 0 ? emptyState("Nothing happened yet", "The purchase waits for its first pass.") : timeline(view.timeline, view.recordUrl)}
${arrivals(view, request, `${path}/payload`, payloads)}`;
  return { kind: "page", title: `Purchase ${purchaseId}`, section: "bookings", body };
}

function whatIsWrong({ crm, status }: PurchaseCrm, { purchaseId, recordUrl }: PurchaseView): Html | undefined {
  if (status === undefined || status.failures.length === 0) return undefined;
  const held = status.failures.some(({ hold }) => hold !== undefined);
  const decide = held && html`<p><a href="${questionPage(crm, purchaseId)}" role="button">Decide…</a></p>`;
  return html`<section class="card wrong" aria-label="What is wrong in ${crmName(crm)}"><h2>${crmName(crm)}</h2>
${status.failures.map((failure) => failureBlock(crm, failure, recordUrl))}${decide}</section>`;
}

function bookings({ state, alsoListedBy, crms, recordUrl }: PurchaseView, now: number): Html | undefined {
  const known = Object.values(state?.bookings ?? {});
  if (known.length === 0) return undefined;
  const rows = known.map(
    (
      booking,
    ) => html`<tr><th scope="row">${booking.id}${listedElsewhere(alsoListedBy[booking.id])}</th><td><bdi>${serviceOf(booking)}</bdi></td>
<td>${appointment(booking.start, booking.body.time_zone)}${booking.previousStart !== undefined && html`<br><small>moved from ${appointment(booking.previousStart, booking.body.time_zone)}</small>`}</td>
<td>${lifecycle(booking)}</td><td>${booking.lastChange} ${ago(booking.changedAt, now)}</td>
<td>${crms.map((crm) => recordLinks(crm, booking.id, recordUrl))}</td></tr>`,
  );
  const head = ["Booking", "Service", "Appointment", "Status", "Last change", "In the CRM"];
  return html`<section class="card" aria-label="Bookings">${table("Bookings of this purchase", head, rows, "stack")}</section>`;
}

function listedElsewhere(purchaseIds: readonly string[] = []): Html[] {
  return purchaseIds.map(
    (id) =>
      html`<br><small>also listed by <a href="/admin/bookings/${encodeURIComponent(id)}">purchase ${id}</a></small>`,
  );
}

function lifecycle({ lifecycle: { status } }: BookingState): Html {
  return status === "cancelled" ? tag("plain", "Cancelled") : tag("good", "Active");
}

/** What somebody decided and can still take back. */
function decisions({ purchaseId, state, crms }: PurchaseView, { formToken }: PageRequest): Html | undefined {
  const ids = new Set(state?.decided?.map(({ bookingId }) => bookingId));
  if (state === undefined || ids.size === 0) return undefined;
  const items = [...ids].map((id) => {
    const takeBack = buttonForm({
      action: "/admin/held/take-back",
      formToken,
      hidden: { crm: crms[0]?.crm, purchase: purchaseId, booking: id },
      button: "Take back",
      about: `the decision about booking ${id}`,
    });
    return html`<li class="decision"><div>Booking ${id}: ${lastDecided(state, id)?.verdict}</div>${takeBack}</li>`;
  });
  return html`<section class="card" aria-labelledby="decided"><h2 id="decided">Decided</h2>
<p class="quiet">Nothing was heard of the purchase since. What is taken back is asked again, and the booking is written as it
was; a record that the decision created stays in the CRM.</p><ul class="decisions">${items}</ul></section>`;
}

/** The key of a booking's record ends in the booking's id. */
function recordLinks({ crm, known }: PurchaseCrm, bookingId: string, recordUrl: RecordUrl): Html[] {
  return Object.entries(known.records)
    .filter(([key]) => key.split(/[^\w-]/).at(-1) === bookingId)
    .map(
      ([, { object, id }]) =>
        html`<div><a href="${recordUrl(crm, object, id)}" rel="noreferrer">${crmName(crm)} ${object}</a></div>`,
    );
}

function arrivals(
  { arrivals: oldestFirst, olderArrivals }: PurchaseView,
  request: PageRequest,
  action: string,
  payloads: "masked" | "shown",
): Html {
  const list = oldestFirst.toReversed();
  const show = buttonForm({ action, formToken: request.formToken, button: "Show payload" });
  const note =
    payloads === "shown"
      ? html`<p class="notice">Personal data is shown. That you looked is in the timeline and in the log.</p>`
      : html`<div class="actions"><span class="quiet">Personal data is masked.</span>${list.length > 0 && show}</div>`;
  const items = list.map(
    ({
      seq,
      receivedAt,
      route,
      body,
    }) => html`<details${payloads === "shown" && html` open`}><summary>${clock(receivedAt)}, posted to <code>/notifications/${route}</code></summary>
<pre tabindex="0" aria-label="Payload of notification ${seq}">${payloadText(body, payloads)}</pre></details>`,
  );
  return html`<section class="card" aria-labelledby="payloads"><h2 id="payloads">Notifications</h2>${note}
${list.length === 0 ? html`<p class="quiet">None is kept any more.</p>` : items}
${olderArrivals > 0 && html`<p class="quiet">${plural(olderArrivals, "older notification")} not shown.</p>`}</section>`;
}

function payloadText(body: string, payloads: "masked" | "shown"): string {
  const value: unknown = JSON.parse(body);
  return JSON.stringify(payloads === "shown" ? value : maskPayload(value), null, 2);
}
