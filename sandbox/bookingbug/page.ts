/** A plain page on which a person books, moves and cancels; each change is posted as BookingBug posts it, unless that is off. */
import { escapeHtml, htmlPage, htmlTable } from "../html.ts";
import type { Booking } from "./diary.ts";
import type { BookingBugSandbox } from "./index.ts";

const MAX_ROWS = 100;
const HOUR_MS = 3_600_000;

export function renderBookingBug(bookingbug: BookingBugSandbox, now: Date): string {
  const bookings = bookingbug.bookings();
  const newest = bookings.slice(-MAX_ROWS).reverse();
  const other = bookingbug.callbacks === "on" ? "off" : "on";
  const body = `<p class="note">This is a make-believe BookingBug for trying out and testing. It is not BookingBug, and forgets
everything when it stops. <a href="/">What the CRMs hold</a></p>
<h2>Callbacks are ${bookingbug.callbacks}</h2>
<p>While they are on, each change is posted once, to where the sandbox was told to; while they are off it is never posted.</p>
<form method="post" action="/bookingbug/callbacks"><button name="callbacks" value="${other}">Switch them ${other}</button></form>
<h2>Book</h2>
<form method="post" action="/bookingbug/book">
<label>First name <input name="first_name" maxlength="200"></label>
<label>Last name <input name="last_name" maxlength="200"></label>
<label>E-mail <input name="email" type="email" maxlength="200"></label>
<label>Start (UTC) ${startInput(new Date(now.getTime() + 24 * HOUR_MS))}</label>
<button>Book</button>
</form>
<h2>Bookings: ${bookings.length}</h2>
${newest.length === 0 ? "<p>None yet.</p>" : htmlTable("Bookings", ["id", "purchase", "company", "service", "start (UTC)", "status", ""], newest.map(rowOf))}`;
  return htmlPage("Sandbox BookingBug", body);
}

function rowOf({ id, purchaseId, companyId, service, start, isCancelled }: Readonly<Booking>): string[] {
  const what = [id, purchaseId, companyId, service, shown(start), isCancelled ? "cancelled" : "active"];
  const forms = `<form method="post" action="/bookingbug/move"><input type="hidden" name="bookingId" value="${id}">
<label>to ${startInput(new Date(start.getTime() + HOUR_MS))}</label> <button aria-label="Move ${id}">Move</button></form>
<form method="post" action="/bookingbug/cancel"><button name="bookingId" value="${id}" aria-label="Cancel ${id}">Cancel</button></form>`;
  return [...what.map((cell) => escapeHtml(String(cell))), isCancelled ? "" : forms];
}

function startInput(value: Date): string {
  return `<input name="start" type="datetime-local" required value="${value.toISOString().slice(0, "YYYY-MM-DDTHH:MM".length)}">`;
}

function shown(date: Date): string {
  return date.toISOString().slice(0, "YYYY-MM-DDTHH:MM".length).replace("T", " ");
}
