/** Tokens to post notifications with, instead of a password: signed, so that nothing of them is kept, and soon over. */
import { createSecretKey, hkdfSync } from "node:crypto";
import type { OAuthClient } from "../config/config.ts";

export interface AccessTokens {
  issue(): Promise<string>;
  isValid(token: string): Promise<boolean>;
}

export const TOKEN_SECONDS = 3_600;
/** By which the clocks of two machines may differ. */
const CLOCK_SECONDS = 5;
/** Ours have some 150 characters; what is longer is looked at no further. */
const MAX_LENGTH = 1_024;
const ALGORITHM = "HS256";
/** What they are (RFC 9068) and what they are good for; nobody is named, since they stand for BookingBug alone. */
const TYPE = "at+jwt";
const AUDIENCE = "notifications";
const PURPOSE = "access token for the notification URLs";
const KEY_BYTES = 32;

/**
 * The key follows from the client's secret, so that all web processes agree on it and another secret ends every token.
 *
 * @param now in milliseconds
 */
export function createAccessTokens({ id, secret }: OAuthClient, now: () => number = Date.now): AccessTokens {
  const key = createSecretKey(Buffer.from(hkdfSync("sha256", secret, id, PURPOSE, KEY_BYTES)));

  return {
    async issue() {
      const { SignJWT } = await import("jose");
      const issued = new Date(now());
      return await new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setAudience(AUDIENCE)
        .setIssuedAt(issued)
        .setExpirationTime(new Date(issued.getTime() + TOKEN_SECONDS * 1_000))
        .sign(key);
    },

    async isValid(token) {
      if (token.length > MAX_LENGTH) return false;
      const { errors, jwtVerify } = await import("jose");
      try {
        await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          audience: AUDIENCE,
          requiredClaims: ["exp"],
          clockTolerance: CLOCK_SECONDS,
          currentDate: new Date(now()),
        });
        return true;
      } catch (error) {
        if (error instanceof errors.JOSEError) return false;
        throw error;
      }
    },
  };
}
