/**
 * One request, carried to its end: everything up to the last byte has one deadline, after which the connection is closed;
 * nothing is repeated, and no redirect is followed (fetch would turn a redirected POST into a GET).
 */
import type { CallReport } from "./connector.ts";
import { UnavailableError } from "./errors.ts";

/** What became of a request, as far as it is known. */
export interface Exchange {
  status: CallReport["status"];
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * @param crm the CRM's name, as people write it
 * @throws UnavailableError when no whole answer comes in time
 */
export async function fetchWhole(
  crm: string,
  url: string | URL,
  request: RequestInit,
  exchange: Exchange,
  timeoutMs: number,
): Promise<WholeAnswer> {
  try {
    const response = await fetch(url, { ...request, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    const { status, headers } = response;
    const text = await response.text();
    exchange.status = status;
    return { status, headers, text };
  } catch (error) {
    const timedOut = property(error, "name") === "TimeoutError";
    exchange.status = timedOut ? "timeout" : "network";
    throw timedOut ? tooLate(crm, timeoutMs) : unreachable(crm, error);
  }
}

function tooLate(crm: string, timeoutMs: number): UnavailableError {
  return new UnavailableError(`${crm} did not answer within ${timeoutMs} ms.`, { code: "TIMEOUT" });
}

/** Of the cause only its code is kept: the rest may quote the URL, and with it what was looked up. */
function unreachable(crm: string, error: unknown): UnavailableError {
  const code = String(property(property(error, "cause"), "code") ?? "NETWORK");
  return new UnavailableError(`${crm} could not be reached, or its answer broke off (${code}).`, { code });
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
