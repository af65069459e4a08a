/** A client of BookingBug's API, and the sandbox that it asks. */

import { CHILD, PARENT } from "../../sandbox/bookingbug/options.ts";
import { BOOKINGBUG_SIGN_IN } from "../../sandbox/bookingbug/sign-in.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { tokensAlone, turnsAlone } from "../../src/bookingbug/alone.ts";
import type { BookingBug, BookingPage, ListQuery } from "../../src/bookingbug/api.ts";
import { type BookingBugServices, createBookingBug } from "../../src/bookingbug/client.ts";
import type { BookingBugSettings, SignInSettings } from "../../src/bookingbug/settings.ts";

const { clientId, clientSecret, appId, appKey, email, password } = BOOKINGBUG_SIGN_IN;
export const BY_CLIENT = { kind: "client_credentials", clientId, clientSecret } as const satisfies SignInSettings;
export const BY_ADMINISTRATOR = {
  kind: "administrator",
  appId,
  appKey,
  email,
  password,
} as const satisfies SignInSettings;

export const company = String(PARENT);
export const child = String(CHILD);

export function settingsFor(sandbox: Sandbox, more: Partial<BookingBugSettings> = {}): BookingBugSettings {
  const { url } = sandbox;
  return { url, version: "v1", signIn: BY_CLIENT, companies: [company], requestsPerSecond: 20, ...more };
}

/** In no hurry, but for a test. */
export function clientOf(
  sandbox: Sandbox,
  settings: Partial<BookingBugSettings> = {},
  services: Partial<BookingBugServices> = {},
): BookingBug {
  return createBookingBug(settingsFor(sandbox, settings), {
    turns: turnsAlone(1_000),
    tokens: tokensAlone(),
    requestTimeoutMs: 5_000,
    patience: { attempts: 3, backoffMs: 10, longestWaitMs: 5_000 },
    ...services,
  });
}

const MOST_PAGES = 50;

export async function pagesOf(bookingbug: BookingBug, query: Partial<ListQuery> = {}): Promise<BookingPage[]> {
  const pages: BookingPage[] = [];
  const all = { company, by: { kind: "changedSince", since: new Date(0) }, ...query } as const;
  for await (const page of bookingbug.listBookings(all)) {
    if (pages.push(page) > MOST_PAGES) throw new Error("The walk does not end.");
  }
  return pages;
}

export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => "no error",
    (error: unknown) => error,
  );
}
