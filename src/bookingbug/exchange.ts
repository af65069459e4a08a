/**
 * One request, carried to its end: everything up to the last byte has one deadline and a greatest length, nothing is
 * repeated, and no redirect is followed, which could take the credentials elsewhere.
 */
import { BookingBugUnavailableError, BookingBugUnreadableError } from "./errors.ts";

export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A page of 100 bookings with their answers is about 600 kB. */
const MAX_BYTES = 16 * 1_048_576;

/** @throws BookingBugUnavailableError when no whole answer comes in time, BookingBugUnreadableError when it is too long */
export async function exchange({ method, url, headers, json }: Outgoing, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", ...headers, ...(json !== undefined && JSON_TYPE) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await boundedText(response) };
  } catch (error) {
    if (error instanceof BookingBugUnreadableError) throw error;
    throw unreachable(error, timeoutMs);
  }
}

const JSON_TYPE = { "content-type": "application/json" };

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) {
      throw new BookingBugUnreadableError(`BookingBug's answer is longer than ${MAX_BYTES} bytes: it was not read.`, {
        status: response.status,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Of the cause only its code is kept: the rest may quote the URL. */
function unreachable(error: unknown, timeoutMs: number): BookingBugUnavailableError {
  if (property(error, "name") === "TimeoutError") {
    return new BookingBugUnavailableError(`BookingBug did not answer within ${timeoutMs} ms.`);
  }
  const code = String(property(property(error, "cause"), "code") ?? "NETWORK");
  const message = `BookingBug could not be reached, or its answer broke off (${code}); see that BOOKINGBUG_API_URL is right.`;
  return new BookingBugUnavailableError(message);
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
