/** The questions about bookings that a purchase waits with, and what each answer would write. */
import { holdId } from "../../booking/holds.ts";
import type { BookingState, BookingVerdict, Hold, NotifiedBooking, PurchaseState } from "../../booking/types.ts";
import type { ChooseMapping } from "../../mapping/set.ts";
import { changesDecided, type DecidedField, type DecidedRemoval } from "../../operate/preview-decision.ts";
import { holdWords } from "../../synclog/hold-reasons.ts";
import { buttonForm } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { table } from "./parts.ts";
import { serviceOf } from "./purchase.ts";
import { appointment } from "./time.ts";

/** A preview per booking and verdict costs an evaluation of the purchase. */
const PREVIEWED = 10;

export function whichBookings(
  state: PurchaseState,
  crm: string,
  choose: ChooseMapping,
  formToken: string,
): readonly Html[] {
  return state.holds.map((hold) => question(state, hold, crm, choose, formToken));
}

function question(state: PurchaseState, hold: Hold, crm: string, choose: ChooseMapping, formToken: string): Html {
  const { question, hint } = holdWords({ reason: hold.reason, bookingIds: [...hold.bookingIds] });
  const id = holdId(hold);
  const button = (booking: string, verdict: BookingVerdict, text: string, others?: "active"): Html =>
    buttonForm({
      action: "/admin/held/decide",
      formToken,
      hidden: { crm, purchase: state.purchaseId, hold: id, booking, verdict, others },
      button: text,
      about: `booking ${booking}`,
    });
  const several = hold.bookingIds.length > 1;
  const items = hold.bookingIds.map(
    (
      booking,
      index,
    ) => html`<li class="decision"><div>Booking ${booking}${about(state.bookings[booking] ?? hold.unknown?.[booking])}
${index < PREVIEWED && previews(state, hold, booking, choose)}</div>
<div class="actions">${button(booking, "cancelled", "Cancelled")}${several && button(booking, "cancelled", "Cancelled, the others still active", "active")}${button(booking, "active", "Still active")}</div></li>`,
  );
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${question}</h2>
<p class="quiet">${hint}</p><ul class="decisions">${items}</ul></section>`;
}

function about(booking: BookingState | NotifiedBooking | undefined): Html | undefined {
  return booking && html`: <bdi>${serviceOf(booking)}</bdi>, ${appointment(booking.start, booking.body.time_zone)}`;
}

const WOULD: Readonly<Record<BookingVerdict, string>> = { cancelled: "Cancelled", active: "Still active" };

function previews(state: PurchaseState, hold: Hold, bookingId: string, choose: ChooseMapping): Html[] {
  return (["cancelled", "active"] as const).map((verdict) => {
    const changes = changesDecided(state, choose, hold, { bookingId, verdict });
    return preview(`${WOULD[verdict]}: booking ${bookingId}`, WOULD[verdict], changes);
  });
}

function preview(
  caption: string,
  verdict: string,
  changes: readonly (DecidedField | DecidedRemoval)[] | undefined,
): Html {
  if (changes === undefined) return html`<p class="quiet">${verdict} would write: the mapping cannot say.</p>`;
  if (changes.length === 0) return html`<p class="quiet">${verdict} would change nothing in the CRM.</p>`;
  const removed = changes.flatMap((one) => (one.kind === "removed" ? [one.object] : []));
  const deletes =
    removed.length > 0 &&
    html`<p class="bad">${verdict} would delete the record in the CRM (${removed.join(", ")}), as the mapping says: cancelled: delete.</p>`;
  const fields = changes.filter((one) => one.kind === "field");
  if (fields.length === 0) return html`${deletes}`;
  const rows = fields.map(
    ({ object, field, from, to }) =>
      html`<tr><th scope="row"><code>${object}.${field}</code></th><td>${shown(from)}</td><td>${shown(to)}</td></tr>`,
  );
  return html`${deletes}<details><summary>${verdict} would write ${fields.length === 1 ? "1 field" : `${fields.length} fields`}<span class="visually-hidden">: ${caption}</span></summary>
${table(`What would be written. ${caption}`, ["Field", "As known", "After"], rows)}</details>`;
}

function shown(value: string | number | boolean | null | undefined): Html {
  return value === undefined || value === null ? html`<span class="quiet">blank</span>` : html`${String(value)}`;
}
