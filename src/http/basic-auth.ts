/** HTTP Basic authentication through passport-http, with several valid pairs and in constant time. */
import { isUtf8 } from "node:buffer";
import { hash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { Passport } from "passport";
import { BasicStrategy } from "passport-http";
import type { Credentials } from "../config/config.ts";
import { sendProblem } from "./problem.ts";

/** Told about each refusal. `challenge`: answer 401 as usual; `answered`: it has answered by itself. */
export type OnRefused = (refused: {
  readonly request: Request;
  readonly response: Response;
}) => Promise<"challenge" | "answered">;

/**
 * Lets a request pass when it brings one of the pairs, with the user's name in `response.locals.username`; answers 401
 * otherwise.
 *
 * @param onRefused for throttling and counting
 */
export function basicAuth(
  realm: string,
  pairs: readonly Credentials[],
  onRefused: OnRefused = async () => "challenge",
): RequestHandler {
  const isExpected = pairCheck(pairs);
  const passport = new Passport();
  passport.use(
    new BasicStrategy({ realm, passReqToCallback: true }, (request, _username, _password, done) => {
      // passport-http cuts a password at its first colon and knows UTF-8 alone, so both are read from the header again.
      const { username, password } = credentialsOf(request.headers.authorization ?? "");
      done(null, isExpected({ username, password }) ? { username } : false);
    }),
  );
  return (request, response, next) => {
    const refuse = async (): Promise<void> => {
      if ((await onRefused({ request, response })) === "challenge") challenge(response, realm);
    };
    passport.authenticate("basic", { session: false }, (error: unknown, user: unknown) => {
      if (error) return next(error);
      if (!user) return refuse().catch(next);
      response.locals.username = (user as { username: string }).username;
      next();
    })(request, response, next);
  };
}

function challenge(response: Response, realm: string): void {
  // Beside what a caller says of other ways to sign in.
  response.append("WWW-Authenticate", `Basic realm="${realm}", charset="UTF-8"`);
  sendProblem(response, {
    status: 401,
    title: "Unauthorized",
    detail: "Send the configured user name and password with HTTP Basic authentication.",
  });
}

/** @returns whether it is one of the pairs, compared with each of them in constant time */
export function pairCheck(pairs: readonly Credentials[]): (given: Credentials) => boolean {
  const expected = pairs.map(({ username, password }) => fingerprint(username, password));
  return ({ username, password }) => matchesAny(fingerprint(username, password), expected);
}

/** Digests have one length, so comparing them tells nothing about the lengths of names and passwords. */
function fingerprint(username: string, password: string): Buffer {
  return hash("sha256", `${username.length}:${username}:${password}`, "buffer");
}

/** Looks at every pair even after a match. */
function matchesAny(given: Buffer, expected: readonly Buffer[]): boolean {
  return expected.map((one) => timingSafeEqual(given, one)).some(Boolean);
}

/** @param header `Authorization` of the Basic scheme. @returns what it gives; blank where it gives none */
export function credentialsOf(header: string): Credentials {
  const bytes = Buffer.from(header.slice(header.indexOf(" ") + 1).trim(), "base64");
  // Not all who send letters beyond ASCII write them as the challenge says.
  const decoded = bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
  const colon = decoded.indexOf(":");
  return { username: decoded.slice(0, Math.max(0, colon)), password: decoded.slice(colon + 1) };
}
