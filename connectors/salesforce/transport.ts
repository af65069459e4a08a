/**
 * jsforce's HTTP, held on a shorter lead: a time-out for every request, no retries (a repeated create is a duplicate),
 * no redirects (jsforce turns them into GET), and the answer's status and headers, which its errors do not carry.
 */
import { Connection, type HttpRequest, type HttpResponse } from "jsforce";

/** What came back for one request, if anything did. */
export interface Exchange {
  response?: HttpResponse;
}

type Transport = Connection["_transport"];

const base: Transport = new Connection({})._transport;

export function transportFor(exchange: Exchange, timeoutMs: number): Transport {
  const wrapped = Object.create(base) as Transport;
  wrapped.httpRequest = (request: HttpRequest, options = {}) => {
    const promise = base.httpRequest(request, {
      ...options,
      timeout: timeoutMs,
      retry: { maxRetries: 0, methods: [] },
      followRedirect: () => null,
    });
    promise.then(
      (response) => {
        exchange.response = response;
      },
      // The caller of httpRequest gets the rejection; here it only means that there is no response.
      () => {},
    );
    return promise;
  };
  return wrapped;
}
