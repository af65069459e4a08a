/**
 * Whether BookingBug's API can be asked, where that is configured: signed in to anew, so that a session which others still
 * have hides no wrong password, and read from.
 */
import { tokensAlone, turnsAlone } from "../../bookingbug/alone.ts";
import type { BookingBug, BookingPage } from "../../bookingbug/api.ts";
import { createBookingBug } from "../../bookingbug/client.ts";
import { BookingBugError } from "../../bookingbug/errors.ts";
import type { BookingBugSettings } from "../../bookingbug/settings.ts";
import { readApi } from "../../config/bookingbug-api.ts";
import type { VariablesSet } from "../../config/environment.ts";
import { ill, type Report, well } from "./finding.ts";

const REQUEST_MS = 30_000;
const BOOKING_URL_ALONE =
  "its API is not set. With the booking URL alone, what is new and what moved is known by the body; a cancellation without a " +
  "mark looks like a repetition. Set BOOKINGBUG_API_URL, and BookingBug is asked which it is.";
/** Somebody waits at a terminal. */
const PATIENCE = { attempts: 2, backoffMs: 1_000, longestWaitMs: 10_000 };

/** Where the API is off it says what that costs. */
export async function examineBookingBug(set: VariablesSet, now: Date, report: Report): Promise<void> {
  const api = readApi(set);
  if (api.kind === "off") return report(well(BOOKING_URL_ALONE));
  if (api.kind === "invalid") {
    for (const { variable, message } of api.problems) {
      report(ill(`${variable}: ${message}.`, "see Let it ask BookingBug in docs/deployment.md."));
    }
    return;
  }
  const { settings } = api;
  const services = {
    turns: turnsAlone(settings.requestsPerSecond),
    tokens: tokensAlone(),
    requestTimeoutMs: REQUEST_MS,
  };
  const bookingbug = createBookingBug(settings, { ...services, patience: PATIENCE });
  for (const company of settings.companies) {
    try {
      await bookingbug.signIn(company);
      report(well(`company ${company}: the sign-in by ${wayOf(settings)} is accepted (API ${settings.version})`));
      await readToday(bookingbug, company, now, report);
    } catch (error) {
      if (!(error instanceof BookingBugError)) throw error;
      report({ ok: false, what: `company ${company}: ${error.message}` });
    }
  }
}

function wayOf({ signIn }: BookingBugSettings): string {
  return signIn.kind === "client_credentials" ? "client credentials" : "an administrator's e-mail and password";
}

/** What a repair takes too: a list tells what is missing, a purchase is what is read then. */
async function readToday(bookingbug: BookingBug, company: string, now: Date, report: Report): Promise<void> {
  const day = now.toISOString().slice(0, "YYYY-MM-DD".length);
  const { value: page } = await bookingbug.listBookings({ company, by: { kind: "dates", from: day, to: day } }).next();
  if (!page) return;
  report(well(`company ${company}: its bookings can be listed, ${countOf(page)} for ${day}, cancelled ones included`));
  const row = page.rows.find(({ purchase_id }) => purchase_id !== undefined);
  if (row?.purchase_id === undefined)
    return report(well(`company ${company}: there was no purchase to try reading one`));
  await bookingbug.readPurchase({ company, child: row.company_id }, row.purchase_id);
  report(well(`company ${company}: a purchase can be read`));
}

function countOf({ total, rows, unreadable, isLast }: BookingPage): string {
  const seen = rows.length + unreadable;
  const all = total ?? (isLast ? seen : `${seen} or more`);
  return unreadable === 0 ? `${all}` : `${all} (${unreadable} of ${seen} could not be read)`;
}
