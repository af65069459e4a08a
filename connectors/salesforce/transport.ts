/**
 * What carries jsforce's requests. Its own carrier leaves the error of a body that breaks off unheard, which ends the
 * process; its time-out ends with the headers; it repeats requests, and turns redirected ones into GET; and its errors
 * carry neither status nor headers. Here everything up to the last byte has one deadline, and nothing is repeated.
 */
import { PassThrough } from "node:stream";
import { Connection, type HttpRequest, type HttpResponse } from "jsforce";
import type { CallReport } from "../connector.ts";
import { UnavailableError } from "../errors.ts";

/** One request, and what came back for it, if anything did. */
export interface Exchange {
  status: CallReport["status"];
  response?: HttpResponse;
}

type Transport = Connection["_transport"];

const jsforceTransport: Transport = new Connection({})._transport;

/** @returns a transport for one request, which rejects with UnavailableError when no whole answer comes in time */
export function transportFor(exchange: Exchange, timeoutMs: number): Transport {
  const transport = Object.create(jsforceTransport) as Transport;
  // jsforce wants a stream beside the promise; nobody reads it here.
  transport.httpRequest = (request) =>
    Object.assign(carry(request, exchange, timeoutMs), { stream: () => new PassThrough() });
  return transport;
}

async function carry(request: HttpRequest, exchange: Exchange, timeoutMs: number): Promise<HttpResponse> {
  // fetch counts the body itself.
  const { "content-length": _length, ...headers } = request.headers ?? {};
  try {
    const answer = await fetch(request.url, {
      method: request.method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      ...(typeof request.body === "string" && { body: request.body }),
    });
    const body = await answer.text();
    const response = { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body };
    exchange.status = answer.status;
    exchange.response = response;
    return response;
  } catch (error) {
    const timedOut = property(error, "name") === "TimeoutError";
    exchange.status = timedOut ? "timeout" : "network";
    throw timedOut ? tooLate(timeoutMs) : unreachable(error);
  }
}

function tooLate(timeoutMs: number): UnavailableError {
  return new UnavailableError(`Salesforce did not answer within ${timeoutMs} ms.`, { code: "TIMEOUT" });
}

/** Of the cause only its code is kept: the rest may quote the URL, and with it what was looked up. */
function unreachable(error: unknown): UnavailableError {
  const code = String(property(property(error, "cause"), "code") ?? "NETWORK");
  return new UnavailableError(`Salesforce could not be reached, or its answer broke off (${code}).`, { code });
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
