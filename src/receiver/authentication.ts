/** Who may post notifications: whoever sends one of BookingBug's pairs by HTTP Basic, or a token that was given for them. */
import type { Request, RequestHandler } from "express";
import type { Credentials } from "../config/config.ts";
import { basicAuth, credentialsOf, pairCheck } from "../http/basic-auth.ts";

export interface TokenCheck {
  isValid(token: string): Promise<boolean>;
}

/**
 * @param pairs one, or two while they are rotated
 * @param onRefused told the address of each that was not let in
 * @param tokens undefined where none are given out
 */
export function authenticateSender(
  pairs: readonly Credentials[],
  onRefused: (address: string) => void,
  tokens: TokenCheck | undefined,
): RequestHandler {
  const basic = basicAuth("notifications", pairs, async ({ request, response }) => {
    onRefused(request.ip ?? "");
    if (tokens !== undefined) response.append("WWW-Authenticate", bearerChallenge(request));
    return "challenge";
  });
  if (tokens === undefined) return basic;
  return async (request, response, next) => {
    const token = tokenOf(request);
    if (token !== undefined && (await tokens.isValid(token))) return next();
    return basic(request, response, next);
  };
}

/** @returns what says of an `Authorization` header whether it is BookingBug's, and refuses nobody */
export function senderCheck(
  pairs: readonly Credentials[],
  tokens: TokenCheck | undefined,
): (authorization: string) => Promise<boolean> {
  const isPair = pairCheck(pairs);
  return async (authorization) => {
    const token = tokenIn(authorization);
    if (token !== undefined) return (await tokens?.isValid(token)) ?? false;
    return /^basic /i.test(authorization) && isPair(credentialsOf(authorization));
  };
}

function tokenOf({ headers }: Request): string | undefined {
  return tokenIn(headers.authorization ?? "");
}

function tokenIn(authorization: string): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1];
}

/** The error tells a sender to fetch another token (RFC 6750). */
function bearerChallenge(request: Request): string {
  const error = tokenOf(request) === undefined ? "" : ', error="invalid_token"';
  return `Bearer realm="notifications"${error}`;
}
