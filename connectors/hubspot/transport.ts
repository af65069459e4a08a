/**
 * What carries the SDK's requests. The SDK builds them (address, credentials, user agent); sent its own way they have no
 * time-out, cannot be given up, and pass through decorators that whichever client was constructed last in this process
 * has chosen. Here everything up to the last byte has one deadline, after which the connection is closed, and nothing is
 * repeated.
 */
import { Request } from "@hubspot/api-client/lib/src/services/http/Request.js";
import type { CallReport } from "../connector.ts";
import { UnavailableError } from "../errors.ts";

export interface Outgoing {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/** One request's fate, as far as it is known. */
export interface Exchange {
  status: CallReport["status"];
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Account {
  readonly accessToken: string;
  readonly baseUrl: string;
}

/** @throws UnavailableError when no whole answer comes in time */
export async function carry(
  { accessToken, baseUrl }: Account,
  outgoing: Outgoing,
  exchange: Exchange,
  timeoutMs: number,
): Promise<WholeAnswer> {
  const { method, path, body } = outgoing;
  const request = new Request(
    { accessToken, basePath: baseUrl },
    { method, path, ...(body !== undefined && { body }) },
  );
  try {
    const response = await fetch(request.getUrl(), {
      ...request.getSendData(),
      // fetch would turn a redirected POST into a GET.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    exchange.status = response.status;
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const timedOut = property(error, "name") === "TimeoutError";
    exchange.status = timedOut ? "timeout" : "network";
    throw timedOut ? tooLate(timeoutMs) : unreachable(error);
  }
}

function tooLate(timeoutMs: number): UnavailableError {
  return new UnavailableError(`HubSpot did not answer within ${timeoutMs} ms.`, { code: "TIMEOUT" });
}

/** Of the cause only its code is kept. */
function unreachable(error: unknown): UnavailableError {
  const code = String(property(property(error, "cause"), "code") ?? "NETWORK");
  return new UnavailableError(`HubSpot could not be reached, or its answer broke off (${code}).`, { code });
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
