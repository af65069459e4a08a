/** HTTP Basic authentication through passport-http, with several valid pairs and in constant time. */
import { hash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { Passport } from "passport";
import { BasicStrategy } from "passport-http";
import type { Credentials } from "../config/config.ts";
import { sendProblem } from "./problem.ts";

/**
 * Lets a request pass when it brings one of the pairs; answers 401 otherwise.
 *
 * @param onRefused told about each refusal, for throttling and counting
 */
export function basicAuth(
  realm: string,
  pairs: readonly Credentials[],
  onRefused: () => void = () => {},
): RequestHandler {
  const expected = pairs.map(({ username, password }) => fingerprint(username, password));
  const passport = new Passport();
  passport.use(
    new BasicStrategy({ realm, passReqToCallback: true }, (request, username, _password, done) => {
      // passport-http cuts a password at its first colon, so the password is read from the header again.
      const given = fingerprint(username, passwordOf(request.headers.authorization ?? ""));
      done(null, matchesAny(given, expected) ? { username } : false);
    }),
  );
  return (request, response, next) => {
    passport.authenticate("basic", { session: false }, (error: unknown, user: unknown) => {
      if (error) return next(error);
      if (user) return next();
      onRefused();
      response.setHeader("WWW-Authenticate", `Basic realm="${realm}", charset="UTF-8"`);
      sendProblem(response, {
        status: 401,
        title: "Unauthorized",
        detail: "Send the configured user name and password with HTTP Basic authentication.",
      });
    })(request, response, next);
  };
}

/** Digests have one length, so comparing them tells nothing about the lengths of names and passwords. */
function fingerprint(username: string, password: string): Buffer {
  return hash("sha256", `${username.length}:${username}:${password}`, "buffer");
}

/** Looks at every pair even after a match. */
function matchesAny(given: Buffer, expected: readonly Buffer[]): boolean {
  return expected.map((one) => timingSafeEqual(given, one)).some(Boolean);
}

function passwordOf(header: string): string {
  const decoded = Buffer.from(header.replace(/^\S+\s+/, ""), "base64").toString();
  return decoded.slice(decoded.indexOf(":") + 1);
}
