/** BookingBug's API over HTTP: each request in its turn, in the session that all share, judged where its answer comes. */
import type { BookingBug, Place, RawJson } from "./api.ts";
import { BookingBugForbiddenError, BookingBugNotFoundError } from "./errors.ts";
import { exchange, type Outgoing } from "./exchange.ts";
import { judge } from "./judge.ts";
import { walk } from "./list.ts";
import { PATIENCE, type Patience, patiently, type Turns } from "./patience.ts";
import { inSession, type SharedTokens } from "./session.ts";
import type { BookingBugSettings } from "./settings.ts";
import { credentialsOf, type SignedIn, signIn } from "./sign-in.ts";

export interface BookingBugServices {
  readonly turns: Turns;
  readonly tokens: SharedTokens;
  /** For one request, up to the last byte of its answer. */
  readonly requestTimeoutMs: number;
  readonly patience?: Patience;
}

export function createBookingBug(settings: BookingBugSettings, services: BookingBugServices): BookingBug {
  const { turns, tokens, requestTimeoutMs, patience = PATIENCE } = services;
  const { signIn: by, url, version, companies } = settings;

  const carry = (outgoing: Outgoing) => exchange(outgoing, requestTimeoutMs);

  /** An administrator is one of a company, and a parent's covers its children. */
  const sessionOf = (company: string): string =>
    by.kind === "client_credentials" ? "" : companies.includes(company) ? company : companies[0];

  const begin = (company: string) => (): Promise<SignedIn> =>
    patiently(() => signIn(settings, company, carry), turns, patience);

  async function get(company: string, path: string, asked: string): Promise<RawJson> {
    const session = sessionOf(company);
    return await inSession(tokens(session), begin(session), (token) => {
      const headers = credentialsOf(by, token);
      const request = { method: "GET", url: `${url}/api/${version}/admin/${path}`, headers } as const;
      return patiently(async () => judge(await carry(request), asked), turns, patience);
    });
  }

  /** Whether a parent's path leads to what is a child's, no document says. */
  async function read({ company, child }: Place, what: "purchases" | "bookings", id: string): Promise<RawJson> {
    const at = (place: string) =>
      get(company, `${encodeURIComponent(place)}/${what}/${encodeURIComponent(id)}`, `one of its ${what}`);
    if (child === undefined || child === company) return await at(company);
    try {
      return await at(child);
    } catch (error) {
      if (!(error instanceof BookingBugNotFoundError || error instanceof BookingBugForbiddenError)) throw error;
      return await at(company);
    }
  }

  return {
    async signIn(company) {
      const session = sessionOf(company);
      const shared = tokens(session);
      if ((await shared.load()) === undefined) await shared.renew(undefined, begin(session));
    },
    listBookings(query) {
      const list = `${encodeURIComponent(query.company)}/bookings`;
      return walk(query, async (params) => (await get(query.company, `${list}?${params}`, "a list of bookings")).value);
    },
    readPurchase: (place, id) => read(place, "purchases", id),
    readBooking: (place, id) => read(place, "bookings", id),
  };
}
