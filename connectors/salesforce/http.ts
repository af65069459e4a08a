/**
 * Requests to the org through jsforce's Connection. jsforce's own session refresh is left out (it loops for ever while
 * the server says 401): one shared renewal per refused session, one repetition of the request, then an error.
 */
import type { Connection } from "@jsforce/jsforce-node";
import type { ConnectorServices, FieldValues } from "../connector.ts";
import { CrmError, UnauthorisedError, UnavailableError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import type { TokenChain } from "../tokens.ts";
import { createSignIn, type Session } from "./auth.ts";
import { toCrmError } from "./errors.ts";
import { faultOf, parseJson } from "./faults.ts";
import { createSessions } from "./sessions.ts";
import type { SalesforceSettings } from "./settings.ts";
import { loadJsforce, requestIdIn, type SalesforceExchange, transportFor } from "./transport.ts";

export interface SalesforceRequest extends Purpose {
  readonly method: "GET" | "PATCH" | "POST" | "DELETE";
  /** Below `/services/data/vNN.N`, or a path from the root (`nextRecordsUrl`). */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SalesforceAnswer {
  /** Parsed; undefined for 204. */
  readonly body: unknown;
  /** Salesforce's id of the request, where it gave one. */
  readonly requestId: string | undefined;
}

/** What a request is for. */
export interface Purpose {
  readonly operation: string;
  readonly object?: string;
  readonly records?: number;
  /** A permit the caller already holds, used up by this request; without one the request waits for its own. */
  readonly permit?: Permit | undefined;
  /** What is sent, to be kept out of error messages. */
  readonly values?: FieldValues;
}

type Work<T> = (connection: Connection, exchange: SalesforceExchange) => Promise<T>;

export interface SalesforceHttp {
  /** @returns any 2xx. @throws CrmError */
  send(request: SalesforceRequest): Promise<SalesforceAnswer>;
  /** One request that jsforce makes in its own way, as it does for SOAP. @throws CrmError */
  through<T>(purpose: Purpose, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Waits until one request may be sent. The permit may be ended more than once. */
  acquire(): Promise<Permit>;
  /** For answers that say inside a 200 that the session has ended: the next request signs in anew. */
  forgetSession(): void;
  /** The org's own URL, once it is known. */
  instanceUrl(): string | undefined;
}

/** @param chain of the refresh token, where one is configured */
export function createHttp(
  { auth, apiVersion }: SalesforceSettings,
  services: ConnectorServices,
  chain?: TokenChain,
): SalesforceHttp {
  // Signing in is not paced: Salesforce does not count it in the org's allocation of API requests.
  const sessions = createSessions(createSignIn(auth, services, chain));

  async function acquire(): Promise<Permit> {
    let end: Permit | undefined = await services.pacer.acquire("standard");
    return () => {
      end?.();
      end = undefined;
    };
  }

  async function once<T>(purpose: Purpose, work: Work<T>, session: Session, held?: Permit): Promise<T> {
    const permit = held ?? (await acquire());
    const exchange: SalesforceExchange = { status: "network" };
    const start = Date.now();
    try {
      return await work(await open(session, exchange), exchange);
    } catch (error) {
      throw error instanceof CrmError ? error : failure(purpose, exchange);
    } finally {
      permit();
      observeLimit(exchange);
      services.onCall({
        operation: purpose.operation,
        object: purpose.object,
        records: purpose.records ?? 0,
        status: exchange.status,
        durationMs: Date.now() - start,
      });
    }
  }

  async function open({ instanceUrl, accessToken }: Session, exchange: SalesforceExchange): Promise<Connection> {
    const { Connection } = await loadJsforce();
    const connection = new Connection({ instanceUrl, accessToken, version: apiVersion, logLevel: "FATAL" });
    connection._transport = await transportFor(exchange, services.requestTimeoutMs);
    return connection;
  }

  async function ask(
    request: SalesforceRequest,
    connection: Connection,
    exchange: SalesforceExchange,
  ): Promise<SalesforceAnswer> {
    const answer: unknown = await connection.request({
      method: request.method,
      url: request.path,
      headers: { "content-type": "application/json", accept: "application/json", ...request.headers },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    const status = exchange.response?.statusCode ?? 0;
    const requestId = requestIdIn(exchange.response);
    const detail = { status, requestId };
    if (status >= 300) throw new UnavailableError(`Salesforce answered with a redirect (${status}).`, detail);
    if (status === 204) return { body: undefined, requestId };
    // jsforce leaves a body as text when its content type does not say JSON.
    const body = typeof answer === "string" ? parseJson(answer) : answer;
    if (body === undefined) throw new UnavailableError("Salesforce's answer is not JSON.", detail);
    return { body, requestId };
  }

  /** "Sforce-Limit-Info: api-usage=10018/100000" comes with every answer ("API Usage Header"). */
  function observeLimit({ response }: SalesforceExchange): void {
    const usage = /api-usage=(\d+)\/(\d+)/.exec(response?.headers["sforce-limit-info"] ?? "");
    if (usage === null) return;
    const [used, limit] = [Number(usage[1]), Number(usage[2])];
    services.pacer.observe({ window: "daily", limit, remaining: Math.max(0, limit - used) });
  }

  async function perform<T>(purpose: Purpose, work: Work<T>): Promise<T> {
    const session = await signedIn(purpose);
    try {
      return await once(purpose, work, session, purpose.permit);
    } catch (error) {
      if (isOver(error)) sessions.drop(session);
      if (!isSessionRefused(error)) throw error;
      if (auth.kind === "access_token") throw notRenewable(error);
    }
    const renewed = await sessions.get();
    try {
      return await once(purpose, work, renewed);
    } catch (error) {
      if (isOver(error)) sessions.drop(renewed);
      throw error;
    }
  }

  return {
    send: (request) => perform(request, (connection, exchange) => ask(request, connection, exchange)),
    through: (purpose, work) => perform(purpose, work),
    acquire,
    forgetSession() {
      const last = sessions.last();
      if (last !== undefined) sessions.drop(last);
    },
    instanceUrl: () => sessions.last()?.instanceUrl,
  };

  async function signedIn(request: Purpose): Promise<Session> {
    try {
      return await sessions.get();
    } catch (error) {
      request.permit?.();
      throw error;
    }
  }
}

function isSessionRefused(error: unknown): error is UnauthorisedError {
  return error instanceof UnauthorisedError && (error.status === 401 || error.code === "INVALID_SESSION_ID");
}

/** Signing in says where the org is: one that has moved answers at the old place with a redirect, or with 420, for ever. */
function isOver(error: unknown): boolean {
  if (isSessionRefused(error)) return true;
  const { status = 0 } = error instanceof UnavailableError ? error : {};
  return (status >= 300 && status < 400) || status === 420;
}

function notRenewable({ message, code, status, requestId }: UnauthorisedError): UnauthorisedError {
  return new UnauthorisedError(`SALESFORCE_ACCESS_TOKEN is refused and cannot be renewed: ${message}`, {
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    requestId,
  });
}

/** jsforce threw; its error knows neither status nor headers, so the answer itself is read. */
function failure({ object, values }: Purpose, { response }: SalesforceExchange): CrmError {
  if (response === undefined) return new UnavailableError("Salesforce's answer could not be read.");
  const { statusCode: status, headers, body } = response;
  const requestId = requestIdIn(response);
  if (status < 300) return new UnavailableError("Salesforce's answer could not be read.", { status, requestId });
  return toCrmError(faultOf(body, status), { object, values, status, requestId, retryAfter: headers["retry-after"] });
}
