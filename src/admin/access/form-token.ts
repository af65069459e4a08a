/** A proof, in each form, that the form is from a page of ours: tied to the user, the time and the admin's password. */
import { createHmac, scryptSync, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../../config/config.ts";

export interface FormTokens {
  /** @param session that the form is for; undefined for who sends Basic credentials along */
  issue(now: number, session?: string): string;
  isValid(token: string, now: number, session?: string): boolean;
}

const VALID_MS = 12 * 3_600_000;

/** The key follows from the credentials, so that all web processes agree on it and a new password ends old forms. */
export function createFormTokens(admin: Credentials): FormTokens {
  const key = scryptSync(admin.password, `form token of ${admin.username}`, 32);
  const sign = (until: string, session = ""): string =>
    createHmac("sha256", key).update(`${until} ${session}`).digest("base64url");

  return {
    issue(now, session) {
      const until = (now + VALID_MS).toString(36);
      return `${until}.${sign(until, session)}`;
    },

    isValid(token, now, session) {
      const [until = "", signature = ""] = token.split(".");
      const expected = Buffer.from(sign(until, session));
      const given = Buffer.from(signature);
      const genuine = given.length === expected.length && timingSafeEqual(given, expected);
      return genuine && Number.parseInt(until, 36) > now;
    },
  };
}
