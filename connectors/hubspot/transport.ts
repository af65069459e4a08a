/**
 * What carries the SDK's requests. The SDK builds them (address, credentials, user agent); sent its own way they have no
 * time-out, cannot be given up, and pass through decorators that whichever client was constructed last in this process
 * has chosen. Here everything up to the last byte has one deadline, after which the connection is closed, and nothing is
 * repeated.
 */
import { type Exchange, fetchWhole, type WholeAnswer } from "../whole-answer.ts";
import type { RequestBody } from "./wire.ts";

export interface Outgoing {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: RequestBody;
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
  // With the first request: a process that has none does not load the SDK.
  const { Request } = await import("@hubspot/api-client/lib/src/services/http/Request.js");
  const request = new Request(
    { accessToken, basePath: baseUrl },
    { method, path, ...(body !== undefined && { body }) },
  );
  return await fetchWhole("HubSpot", request.getUrl(), request.getSendData(), exchange, timeoutMs);
}
