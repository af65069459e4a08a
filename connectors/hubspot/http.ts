/** Requests to HubSpot, each sent once: status, headers and body are judged here. */
import type { ConnectorServices } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import type { Permit } from "../lane.ts";
import { requestIdOf } from "../request-id.ts";
import type { Exchange, WholeAnswer } from "../whole-answer.ts";
import { type FaultContext, toCrmError } from "./errors.ts";
import type { HubspotSettings } from "./settings.ts";
import { carry, type Outgoing } from "./transport.ts";

export interface HubspotRequest extends Outgoing {
  readonly operation: string;
  readonly object?: string;
  readonly records?: number;
  /** A permit the caller already holds, used up by this request; without one the request waits for its own. */
  readonly permit?: Permit | undefined;
  readonly kind?: "standard" | "search";
  readonly context?: Omit<FaultContext, "status" | "header" | "requestId">;
}

export interface HubspotAnswer {
  readonly status: number;
  readonly body: unknown;
  /** HubSpot's id of the request, where it gave one. */
  readonly requestId: string | undefined;
}

export interface HubspotHttp {
  /** @returns any 2xx. @throws CrmError */
  send(request: HubspotRequest): Promise<HubspotAnswer>;
  /** Waits until one request may be sent. The permit may be ended more than once. */
  acquire(kind?: "standard" | "search"): Promise<Permit>;
}

export function createHttp(settings: HubspotSettings, services: ConnectorServices): HubspotHttp {
  const { pacer, requestTimeoutMs } = services;

  async function acquire(kind: "standard" | "search" = "standard"): Promise<Permit> {
    let end: Permit | undefined = await pacer.acquire(kind);
    return () => {
      end?.();
      end = undefined;
    };
  }

  return {
    acquire,
    async send(request) {
      // A permit held longer than its request would keep the request's own successors, one by one, from being sent.
      const permit = request.permit ?? (await acquire(request.kind));
      const exchange: Exchange = { status: "network" };
      const start = Date.now();
      try {
        const answer = await carry(settings, request, exchange, requestTimeoutMs);
        observeLimits(answer.headers, services);
        return judge(request, answer);
      } finally {
        permit();
        const { operation, object, records = 0 } = request;
        services.onCall({ operation, object, records, status: exchange.status, durationMs: Date.now() - start });
      }
    },
  };
}

function judge(request: HubspotRequest, { status, headers, text }: WholeAnswer): HubspotAnswer {
  const body = parse(text);
  // No document promises the header; it comes with answers of any status.
  const requestId = requestIdOf(headers.get("x-hubspot-correlation-id"));
  const detail = { status, requestId };
  if (status >= 200 && status < 300) {
    if (body === undefined && text !== "") throw new UnavailableError("HubSpot's answer is not JSON.", detail);
    return { status, body, requestId };
  }
  if (status < 400) throw new UnavailableError(`HubSpot answered with a redirect (${status}).`, detail);
  const header = (name: string): string | undefined => headers.get(name) ?? undefined;
  throw toCrmError(body, { ...request.context, ...detail, object: request.object, header });
}

/** "API usage guidelines": the rolling window's and the day's figures come with every answer but a search's. */
function observeLimits(headers: Headers, { pacer }: ConnectorServices): void {
  const read = (name: string): number => Number(headers.get(`x-hubspot-ratelimit-${name}`) ?? Number.NaN);
  const [limit, remaining] = [read("max"), read("remaining")];
  if (limit > 0 && remaining >= 0) pacer.observe({ window: "burst", limit, remaining });
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
