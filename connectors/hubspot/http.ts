/**
 * Requests through the SDK's `apiRequest`, which neither throws on 4xx and 5xx nor repeats anything: status, headers and
 * body are ours to judge. Its typed methods are left alone, because they call paths that lose support.
 */
import { Client } from "@hubspot/api-client";
import type { ConnectorServices } from "../connector.ts";
import { CrmError, UnavailableError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import { type FaultContext, toCrmError } from "./errors.ts";
import type { HubspotSettings } from "./settings.ts";

export interface HubspotRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly operation: string;
  readonly object?: string;
  readonly records?: number;
  /** A permit the caller already holds; without one the request waits for its own. */
  readonly permit?: Permit;
  readonly kind?: "standard" | "search";
  readonly context?: Omit<FaultContext, "status" | "header">;
}

export interface HubspotAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface HubspotHttp {
  /** @returns any 2xx. @throws CrmError */
  send(request: HubspotRequest): Promise<HubspotAnswer>;
}

export function createHttp(settings: HubspotSettings, services: ConnectorServices): HubspotHttp {
  // Retry and limiter options would decorate every client of this process, so none are given.
  const client = new Client({
    accessToken: settings.accessToken,
    basePath: settings.baseUrl,
    numberOfApiCallRetries: 0,
  });

  async function exchange(request: HubspotRequest): Promise<{ response: Response; text: string }> {
    const response = await client.apiRequest({
      method: request.method,
      path: request.path,
      ...(request.body !== undefined && { body: request.body }),
    });
    return { response, text: await response.text() };
  }

  return {
    async send(request) {
      const release =
        request.permit === undefined ? await services.pacer.acquire(request.kind ?? "standard") : undefined;
      const start = Date.now();
      let status: number | "network" | "timeout" = "network";
      try {
        const { response, text } = await withDeadline(services.requestTimeoutMs, exchange(request));
        status = response.status;
        observeLimits(response, services);
        return judge(request, response, text);
      } catch (error) {
        if (error instanceof CrmError) {
          if (error.code === "TIMEOUT") status = "timeout";
          throw error;
        }
        throw new UnavailableError("HubSpot could not be reached, or its answer broke off.", { cause: error });
      } finally {
        release?.();
        const { operation, object, records = 0 } = request;
        services.onCall({ operation, object, records, status, durationMs: Date.now() - start });
      }
    },
  };
}

function judge(request: HubspotRequest, response: Response, text: string): HubspotAnswer {
  const { status } = response;
  const body = parse(text);
  if (status >= 200 && status < 300) {
    if (body === undefined && text !== "") throw new UnavailableError("HubSpot's answer is not JSON.", { status });
    return { status, body };
  }
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  throw toCrmError(body, { ...request.context, object: request.object, status, header });
}

/** The SDK has no time-out. A request that is given up here ends for the socket when fetch's own limits are reached. */
async function withDeadline<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new UnavailableError(`HubSpot did not answer within ${ms} ms.`, { code: "TIMEOUT" });
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** "API usage guidelines": the rolling window's and the day's figures come with every answer but a search's. */
function observeLimits(response: Response, { pacer }: ConnectorServices): void {
  const read = (name: string): number => Number(response.headers.get(`x-hubspot-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining, windowMs] = [read("max"), read("remaining"), read("interval-milliseconds")];
  if (limit > 0 && remaining >= 0) {
    pacer.observe({ window: "burst", limit, remaining, ...(windowMs > 0 && { windowMs }) });
  }
  const [day, left] = [read("daily"), read("daily-remaining")];
  if (day > 0 && left >= 0) pacer.observe({ window: "daily", limit: day, remaining: left });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
