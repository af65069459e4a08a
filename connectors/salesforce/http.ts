/**
 * Requests to the org through jsforce's Connection. jsforce's own session refresh is left out (it loops for ever while
 * the server says 401): one shared renewal per refused token, one repetition of the request, then an error.
 */
import { Connection } from "jsforce";
import type { ConnectorServices } from "../connector.ts";
import { CrmError, UnauthorisedError, UnavailableError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import { createAuthenticator, type Session } from "./auth.ts";
import { type FaultContext, faultsOf, toCrmError } from "./errors.ts";
import type { SalesforceSettings } from "./settings.ts";
import { type Exchange, transportFor } from "./transport.ts";

export interface SalesforceRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/services/data/vNN.N`, or a path from the root (`nextRecordsUrl`). */
  readonly path: string;
  readonly body?: unknown;
  readonly operation: string;
  readonly object?: string;
  readonly records?: number;
  /** A permit the caller already holds; without one the request waits for its own. */
  readonly permit?: Permit;
  readonly context?: FaultContext;
}

export interface SalesforceHttp {
  /** @returns the parsed body. @throws CrmError */
  send(request: SalesforceRequest): Promise<unknown>;
  /** The org's own URL once it is known. */
  instanceUrl(): string | undefined;
}

export function createHttp(settings: SalesforceSettings, services: ConnectorServices): SalesforceHttp {
  const authenticator = createAuthenticator(settings.auth, services.requestTimeoutMs);
  const canRenew = settings.auth.kind !== "access_token";
  let current: Promise<Session> | undefined;
  let lastInstanceUrl = settings.auth.kind === "access_token" ? settings.auth.instanceUrl : undefined;

  /** All who need a session share one sign-in. A failed one is forgotten, so that a later try asks anew. */
  function session(): Promise<Session> {
    current ??= signIn().catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    return current;
  }

  async function signIn(): Promise<Session> {
    const start = Date.now();
    const report = (status: number | "network"): void =>
      services.onCall({ operation: "token", object: undefined, records: 0, status, durationMs: Date.now() - start });
    try {
      const signedIn = await authenticator.signIn();
      if (canRenew) report(200);
      lastInstanceUrl = signedIn.instanceUrl;
      return signedIn;
    } catch (error) {
      report(error instanceof CrmError && error.status !== undefined ? error.status : "network");
      throw error;
    }
  }

  async function sendOnce(request: SalesforceRequest, using: Session): Promise<unknown> {
    const release = request.permit === undefined ? await services.pacer.acquire("standard") : undefined;
    const exchange: Exchange = {};
    const start = Date.now();
    const { requestTimeoutMs } = services;
    try {
      return await withDeadline(requestTimeoutMs, () => call(request, using, exchange));
    } catch (error) {
      throw requestError(error, exchange, request);
    } finally {
      release?.();
      observeLimit(exchange);
      services.onCall({
        operation: request.operation,
        object: request.object,
        records: request.records ?? 0,
        status: exchange.response?.statusCode ?? "network",
        durationMs: Date.now() - start,
      });
    }
  }

  async function call(request: SalesforceRequest, using: Session, exchange: Exchange): Promise<unknown> {
    const connection = new Connection({ ...using, version: settings.apiVersion, logLevel: "FATAL" });
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const answer: unknown = await connection.request(
      {
        method: request.method,
        url: request.path,
        headers: { "content-type": "application/json", accept: "application/json" },
        ...(body !== undefined && { body }),
      },
      { transport: transportFor(exchange, services.requestTimeoutMs) },
    );
    const status = exchange.response?.statusCode ?? 0;
    if (status >= 300) throw new UnavailableError(`Salesforce answered with a redirect (${status}).`, { status });
    if (typeof answer === "string") throw new UnavailableError("Salesforce's answer is not JSON.", { status });
    return answer;
  }

  function observeLimit(exchange: Exchange): void {
    const header = exchange.response?.headers?.["sforce-limit-info"] ?? "";
    const usage = /api-usage=(\d+)\/(\d+)/.exec(header);
    if (usage === null) return;
    const [used, limit] = [Number(usage[1]), Number(usage[2])];
    services.pacer.observe({ window: "daily", limit, remaining: Math.max(0, limit - used) });
  }

  return {
    async send(request) {
      const used = await session();
      try {
        return await sendOnce(request, used);
      } catch (error) {
        if (!(error instanceof UnauthorisedError) || error.status !== 401) throw error;
        // Whoever comes first throws the refused session away; the others find the new one.
        const now = await current;
        if (now === undefined || now.accessToken === used.accessToken) current = undefined;
        if (!canRenew) throw error;
        return await sendAgain(request);
      }
    },
    instanceUrl: () => lastInstanceUrl,
  };

  async function sendAgain(request: SalesforceRequest): Promise<unknown> {
    const renewed = await session();
    try {
      const { permit: _used, ...again } = request;
      return await sendOnce(again, renewed);
    } catch (error) {
      if (error instanceof UnauthorisedError && current !== undefined) {
        const now = await current.catch(() => undefined);
        if (now?.accessToken === renewed.accessToken) current = undefined;
      }
      throw error;
    }
  }
}

/** jsforce's own time-out ends with the headers; a body that never ends must end too. */
async function withDeadline<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new UnavailableError(`Salesforce did not answer within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function requestError(error: unknown, exchange: Exchange, request: SalesforceRequest): CrmError {
  if (error instanceof CrmError) return error;
  const { response } = exchange;
  if (response === undefined || response.statusCode < 300) {
    return new UnavailableError("Salesforce could not be reached, or its answer broke off.", { cause: error });
  }
  const status = response.statusCode;
  const [fault] = faultsOf(parse(response.body), status);
  const code = fault?.code ?? `HTTP_${status}`;
  const retryAfter = response.headers?.["retry-after"];
  const context = { ...request.context, object: request.object, status, retryAfter };
  return toCrmError({ fields: [], message: `HTTP status ${status}`, ...fault, code }, context);
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
