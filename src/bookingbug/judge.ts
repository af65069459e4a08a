/** Whether an answer is one, and if not, what it means. */

import type { RawJson } from "./api.ts";
import {
  type BookingBugError,
  BookingBugForbiddenError,
  BookingBugNotFoundError,
  BookingBugRateLimitedError,
  BookingBugRefusedError,
  BookingBugUnauthorisedError,
  BookingBugUnavailableError,
  BookingBugUnreadableError,
} from "./errors.ts";
import type { Answer } from "./exchange.ts";

/** Without a word of when, a minute is what rate limits are mostly counted by. */
const SILENCE_MS = 60_000;

/** @throws BookingBugError */
export function judge(answer: Answer, asked: string): RawJson {
  const { status, text } = answer;
  if (status < 200 || status > 299) throw errorOf(answer, asked);
  return { text, value: parsed(text, status, asked) };
}

function parsed(text: string, status: number, asked: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BookingBugUnreadableError(`BookingBug answered ${asked} with what is not JSON.`, { status });
  }
}

function errorOf({ status, headers }: Answer, asked: string): BookingBugError {
  const detail = { status };
  if (status === 401) {
    return new BookingBugUnauthorisedError(`BookingBug refuses our session for ${asked} (401).`, detail);
  }
  if (status === 403) {
    const next =
      "let the application or the administrator see this company, or take it out of BOOKINGBUG_API_COMPANY_ID.";
    return new BookingBugForbiddenError(`BookingBug does not let us have ${asked} (403): ${next}`, detail);
  }
  if (status === 404 || status === 410) {
    return new BookingBugNotFoundError(`BookingBug has not ${asked} (${status}).`, detail);
  }
  if (status === 429) {
    const retryAt = retryAfter(headers) ?? new Date(Date.now() + SILENCE_MS);
    const message = `BookingBug asks us to slow down (429) until ${retryAt.toISOString()}; set BOOKINGBUG_API_REQUESTS_PER_SECOND lower if it goes on.`;
    return new BookingBugRateLimitedError(message, { status, retryAt });
  }
  if (status >= 500 || status === 408) {
    const message = `BookingBug could not answer ${asked} (${status}); it is asked again later.`;
    return new BookingBugUnavailableError(message, { status, retryAt: retryAfter(headers) });
  }
  if (status >= 300 && status < 400) {
    const next = "set BOOKINGBUG_API_URL to the address that it redirects to.";
    return new BookingBugRefusedError(`BookingBug answered ${asked} with a redirect (${status}): ${next}`, detail);
  }
  const next = "see that BOOKINGBUG_API_URL, BOOKINGBUG_API_VERSION and BOOKINGBUG_API_COMPANY_ID are right.";
  return new BookingBugRefusedError(`BookingBug refuses ${asked} (${status}): ${next}`, detail);
}

/** `Retry-After`, in seconds or as a date, of an answer that has one. */
function retryAfter(headers: Headers): Date | undefined {
  const said = headers.get("retry-after")?.trim() ?? "";
  const at = /^\d{1,7}$/.test(said) ? Date.now() + Number(said) * 1000 : Date.parse(said);
  return Number.isNaN(at) ? undefined : new Date(at);
}
