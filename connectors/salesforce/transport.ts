/**
 * What carries jsforce's requests. Its own carrier leaves the error of a body that breaks off unheard, which ends the
 * process; its time-out ends with the headers; it repeats requests, and turns redirected ones into GET; and its errors
 * carry neither status nor headers. Here everything up to the last byte has one deadline, and nothing is repeated.
 */
import { PassThrough } from "node:stream";
import type { Connection, HttpRequest, HttpResponse } from "@jsforce/jsforce-node";
import { requestIdOf } from "../request-id.ts";
import { type Exchange, fetchWhole } from "../whole-answer.ts";

/** One request, and what came back for it, if anything did. */
export interface SalesforceExchange extends Exchange {
  response?: HttpResponse;
}

type Transport = Connection["_transport"];

/** With the first request: jsforce is half a thousand modules, which a process that has none need not load. */
export function loadJsforce(): Promise<Pick<typeof import("@jsforce/jsforce-node"), "Connection" | "OAuth2">> {
  return import("@jsforce/jsforce-node");
}

let jsforceTransport: Transport | undefined;

/** @returns a transport for one request, which rejects with UnavailableError when no whole answer comes in time */
export async function transportFor(exchange: SalesforceExchange, timeoutMs: number): Promise<Transport> {
  if (jsforceTransport === undefined) {
    const jsforce = await loadJsforce();
    jsforceTransport = new jsforce.Connection({})._transport;
  }
  const transport = Object.create(jsforceTransport) as Transport;
  // jsforce wants a stream beside the promise; nobody reads it here.
  transport.httpRequest = (request) =>
    Object.assign(carry(request, exchange, timeoutMs), { stream: () => new PassThrough() });
  return transport;
}

async function carry(request: HttpRequest, exchange: SalesforceExchange, timeoutMs: number): Promise<HttpResponse> {
  // fetch counts the body itself.
  const { "content-length": _length, ...headers } = request.headers ?? {};
  const init = {
    method: request.method,
    headers,
    ...(typeof request.body === "string" && { body: request.body }),
  };
  const answer = await fetchWhole("Salesforce", request.url, init, exchange, timeoutMs);
  const response = { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text };
  exchange.response = response;
  return response;
}

/** No document promises either header, and not every answer has one. */
export function requestIdIn(response: HttpResponse | undefined): string | undefined {
  return requestIdOf(response?.headers["x-sfdc-request-id"], response?.headers["x-request-id"]);
}
