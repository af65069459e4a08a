/** The session that requests share: begun once, renewed once when it is refused, and never ended, since others use it too. */
import { BookingBugUnauthorisedError } from "./errors.ts";
import type { SignedIn } from "./sign-in.ts";

/** Where the token of one session is, for all processes. */
export interface SharedToken {
  /** @returns undefined when there is none, or none that can be read */
  load(): Promise<string | undefined>;
  /**
   * Signs in while nobody else does.
   *
   * @param refused no longer good; when another token is there by now, that one is the answer
   */
  renew(refused: string | undefined, signIn: () => Promise<SignedIn>): Promise<string>;
}

/** @param name of the session: another sign-in has another one */
export type SharedTokens = (name: string) => SharedToken;

/**
 * @param work throws BookingBugUnauthorisedError when the token is refused
 * @throws BookingBugUnauthorisedError when one that is newer is refused too
 */
export async function inSession<T>(
  shared: SharedToken,
  signIn: () => Promise<SignedIn>,
  work: (token: string) => Promise<T>,
): Promise<T> {
  const token = (await shared.load()) ?? (await shared.renew(undefined, signIn));
  try {
    return await work(token);
  } catch (error) {
    if (!(error instanceof BookingBugUnauthorisedError)) throw error;
  }
  const renewed = await shared.renew(token, signIn);
  try {
    return await work(renewed);
  } catch (error) {
    if (!(error instanceof BookingBugUnauthorisedError)) throw error;
    const next = "see that the application may read bookings, and that BOOKINGBUG_API_VERSION is the host's.";
    throw new BookingBugUnauthorisedError(`BookingBug signs us in and refuses what that gave: ${next}`, {
      status: error.status,
    });
  }
}
